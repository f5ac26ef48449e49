"""A small invented world on loopback: web sites with two days of news, a mail server, a chat webhook.

`prrwatch demo` runs the real walk on it; the tests break it on purpose (`faults`). No network is needed.

    with World() as world, Mailbox() as mailbox:
        world.seeds(folder)            # catalogue files with the addresses of this run
        ...                            # the first pass: day 1
        world.day(2)                   # news appear
        mailbox.mails.wait(...)
"""

from scheduler.demo.mailbox import Mail, Mailbox
from scheduler.demo.sitefile import environment, site_file
from scheduler.demo.webhook import Post, Webhook
from scheduler.demo.world import Site, World

__all__ = ["Mail", "Mailbox", "Post", "Site", "Webhook", "World", "environment", "site_file"]

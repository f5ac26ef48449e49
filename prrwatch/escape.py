"""Text from the web made harmless for the place where it goes. Each function cleans control and bidi characters too.

HTML is not here: jinja2's autoescape does that, and no template switches it off.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from prrwatch.hygiene import clean, one_line

_LONGEST_URL = 2000
_WEB = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)
#: What RFC 3986 allows nowhere in a URI, and what would end a link in Slack (`|`, `>`) or begin markup.
_NOT_IN_URLS = re.compile(r'[\s\x00-\x20"<>\\^`{|}\x7f]')
_COVERED = "█"
_BROADCAST = re.compile(r"@(?=(?:here|channel|everyone|group)\b)", re.IGNORECASE)
#: `*`, `~` and a backquote mark up anywhere; `_` only at the border of a word (not in snake_case).
_SLACK_MARKS = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ", "&": "&amp;", "<": "&lt;", ">": "&gt;"})
_BORDER_UNDERSCORE = re.compile(r"(?<!\w)_|_(?!\w)")
#: Spreadsheets set for East Asian text take the full-width signs (U+FF1D and so on) for the plain ones.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def slack(text: str) -> str:
    """The text as Slack mrkdwn shows it literally: no mention, link, channel, emphasis or code.

    `& < >` are escaped as Slack's reference ("Formatting text for app surfaces") asks, which ends `<!channel>` and
    `<url|name>`. Emphasis has no escape there, so its marks become look-alikes; so does the `@` of `@here`.
    """
    text = _BROADCAST.sub("＠", clean(text))
    return _BORDER_UNDERSCORE.sub("＿", text).translate(_SLACK_MARKS)


def slack_link(url: str) -> str:
    """A URL as a clickable link in Slack that shows itself; as plain text when it is none of the web."""
    safe = web_url(url)
    return f"<{safe.replace('&', '&amp;')}>" if safe is not None else slack(one_line(url))


def web_url(url: str) -> str | None:
    """The URL as it may be linked: http or https, without spaces, quotes or brackets; None for any other scheme.

    None, too, for one with covered letters (`prrwatch.people`): it leads nowhere.
    """
    if _COVERED in url:
        return None
    url = _NOT_IN_URLS.sub(lambda found: quote(found[0]), clean(url).strip())
    scheme, colon, rest = url.partition(":")
    return scheme.lower() + colon + rest if _WEB.match(url) and len(url) <= _LONGEST_URL else None


def csv_cell(text: str) -> str:
    """The text as a spreadsheet cell that is never run as a formula (OWASP, "CSV Injection")."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def terminal(text: str) -> str:
    """The text on one line of a terminal: no escape sequence, no second line that could pass for one of ours."""
    return one_line(text, limit=max(len(text), 1))

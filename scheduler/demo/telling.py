"""What the demo prints. Pure: text from what was seen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from textwrap import fill, indent

from prrwatch.escape import terminal
from prrwatch.health import SourceHealth, State
from prrwatch.messages.knowledge import event_line, figure_lines
from prrwatch.story import Member, Story
from scheduler.demo.mailbox import Mail

_WIDTH = 96
_QUOTES = 3


def opening(sites: int) -> str:
    """What is about to happen."""
    words = (
        f"{sites} invented web sites, a mail server and the real daemon run on this machine for some seconds. Day 1 is "
        "what is there when we begin to watch: it is told in one summary. On day 2 news appear: each is told once."
    )
    return f"{fill(words, _WIDTH)}\n"


def account(mails: Sequence[Sequence[Mail]], stories: Iterable[Story], sources: Iterable[SourceHealth]) -> str:
    """Stories with evidence and figures, the mails of day 1, of day 2 and of two mornings later, the sources' state."""
    first_day, second_day, later = mails
    parts = [
        _head("Stories, and why"),
        *(_story(story) for story in stories),
        _head("Mails of day 1"),
        *(_line_of(mail) for mail in first_day),
        _head("Mails of day 2"),
        *(_line_of(mail) for mail in second_day),
        _head("Two mornings later, a reminder"),
        *(_line_of(mail) for mail in later),
        _head("One of them, as it arrived"),
        *(_whole(mail) for mail in _best(second_day)),
        _head("Sources"),
        *(_source(each) for each in sources),
    ]
    return "\n".join(parts)


def closing(file: Path, seconds: float) -> str:
    """Where things lie, and what to look at next."""
    prefix = f"prrwatch --config {file}"
    commands = [
        f"{prefix} status",
        f"{prefix} search возвращени*",
        f"{prefix} export figures",
        f"{prefix} export --ics",
        f"{prefix} alerts list",
    ]
    return (
        f"{_head('Look for yourself')}\nTwo days took {seconds:.1f} s. The store: {file.parent / 'prrwatch.db'}\n"
        + "\n".join(f"  {command}" for command in commands)
    )


def _head(words: str) -> str:
    return f"\n== {words} " + "=" * max(0, _WIDTH - len(words) - 4)


def _story(story: Story) -> str:
    lead = story.lead
    facts = [", ".join(story.phases), " ".join(story.countries) or "country unknown", f"score {story.score:.2f}"]
    lines = [f"\n* {_words(lead.title)}", f"  {'; '.join(facts)}"]
    lines += [f"  - {member.source}: {terminal(member.url)}{_why(member)}" for member in story.members]
    return "\n".join([*lines, *_evidence(lead), *_knowledge(story)])


def _knowledge(story: Story) -> Iterator[str]:
    if event := event_line(story, None):
        yield f"  event: {terminal(event)}"
    for line in figure_lines(story):
        yield f"  figure: {terminal(line)}"


def _why(member: Member) -> str:
    return "" if member.why == "first" else f"\n    {terminal(member.why)}"


def _evidence(member: Member) -> Iterator[str]:
    for proof in member.evidence[:_QUOTES]:
        yield f'  because of "{terminal(proof.quote)}" (rule {proof.rule}, {proof.field} {proof.start}-{proof.end})'


def _line_of(mail: Mail) -> str:
    return f"to {', '.join(mail.recipients)}: {_words(str(mail.message['Subject']))}"


def _best(mails: Sequence[Mail]) -> Sequence[Mail]:
    """The mail that shows most: the one about the story with the most documents."""
    return sorted(mails, key=lambda mail: -mail.text.count("\n"))[:1]


def _whole(mail: Mail) -> str:
    wanted = ("From", "To", "Subject", "Message-ID", "X-Prrwatch-Id")
    heads = [f"{name}: {mail.message[name]}" for name in wanted if mail.message[name]]
    lines = [_indented(line) for line in [*heads, "", *mail.text.splitlines()]]
    return indent("\n".join(lines), "| ", predicate=lambda _: True)


def _indented(line: str) -> str:
    """Harmless for a terminal, and indented as it was."""
    words = line.lstrip(" ")
    return " " * (len(line) - len(words)) + terminal(words)


def _source(source: SourceHealth) -> str:
    line = f"{source.id:<18} {source.state}" + (f" ({source.reason})" if source.reason else "")
    failing = [f"{way.way}: {way.reason}" for way in source.ways if way.state in (State.BROKEN, State.BLOCKED)]
    return line + (f"; {', '.join(failing)}; read by another way" if failing and source.state is State.OK else "")


def _words(title: str | None) -> str:
    return terminal(title or "untitled")

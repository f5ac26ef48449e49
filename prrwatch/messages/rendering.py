"""Alerts as messages: mail (text and HTML) and Slack, from the templates beside this file. Pure.

Three places, three environments, each of which makes every value harmless by itself, so that no template can forget to:
HTML by autoescape, Slack by `finalize`, text by views that hold single clean lines only, behind words of our own.
Text lines are not wrapped: mail programs do that, and a search for a sentence finds it whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from prrwatch import escape
from prrwatch.alert import Alert, AlertKind, Message
from prrwatch.hygiene import clean, one_line
from prrwatch.messages.changes import change_lines, changes_of
from prrwatch.messages.ids import message_id
from prrwatch.messages.payload import payload
from prrwatch.messages.sentences import Sentence
from prrwatch.messages.views import Events, headline, sections, story_view
from prrwatch.routing import first_token
from prrwatch.story import Story
from prrwatch.versions import Change

if TYPE_CHECKING:
    from jinja2 import Environment

_SUBJECT = 300
_LINE = 2000  # of a body; 25 unread sources in one coverage line
_MOST_LINES = 100
_MAIL_ROWS = 60  # Gmail cuts a mail at 102 kB
_SLACK_ROWS = 25
_LISTS = frozenset({AlertKind.SUMMARY, AlertKind.DIGEST})
_NOTICES = frozenset({AlertKind.OPERATOR, AlertKind.TEST})
_FOLLOW_UPS = frozenset({AlertKind.UPDATE, AlertKind.REMINDER})
_LABELS = {
    AlertKind.NEW: "New",
    AlertKind.UPDATE: "Update",
    AlertKind.REMINDER: "Reminder",
    AlertKind.SUMMARY: "Summary",
    AlertKind.DIGEST: "Digest",
    AlertKind.OPERATOR: "Operators",
    AlertKind.TEST: "Test",
}


class Ready(str):
    """Slack mrkdwn that was made here and is escaped already."""

    __slots__ = ()


def render(
    alert: Alert,
    stories: Sequence[Story],
    *,
    difference: Sequence[Change] = (),
    references: Sequence[str] = (),
    events: Events | None = None,
    view: str | None = None,
) -> Message:
    """The message of an alert.

    `stories` are those of `alert.stories`, in any order; ids without a story are left out. `difference` is what a
    follow-up tells, by default what its body says in the lines of `change_lines`; `references` are tokens of earlier
    messages of the same thread, by default that of the first message on the story; `events` are the dates of events,
    by story; `view` is the address of the web view, whose page of the story a message on one story then links to. Every
    message ends with `prrwatch-id: <token>`.
    """
    order = {story: number for number, story in enumerate(alert.stories)}
    told = sorted((story for story in stories if story.id in order), key=lambda story: order[story.id])
    subject = one_line(_subject(alert, told), _SUBJECT)
    changes, lines = _body(alert, difference)
    name = _template(alert, told)
    words: dict[str, Any] = {"subject": subject, "lines": lines, "difference": changes}
    words |= _about(alert, told, name, view)
    mail, slack = ({**words, **_matter(name, told, rows, events)} for rows in (_MAIL_ROWS, _SLACK_ROWS))
    return Message(
        id=alert.token,
        subject=subject,
        text=_text().get_template(f"{name}.txt.j2").render(mail).strip() + "\n",
        html=_html().get_template(f"{name}.html.j2").render(mail).strip() + "\n",
        slack=_slack().get_template(f"{name}.slack.j2").render(slack).strip(),
        headers=_headers(alert, references),
        json=payload(alert, told, changes, lines),
    )


def _about(alert: Alert, told: Sequence[Story], name: str, view: str | None) -> dict[str, Any]:
    """What kind of message it is, and for one story where it stands and how to be told no more of it."""
    about = {"alert": alert, "label": _LABELS[alert.kind], "stored": "", "mute": ""}
    if name == "story":
        about["mute"] = f"prrwatch alerts mute story {told[0].id} --for 30d --reason WHY"
        about["stored"] = f"{view.rstrip('/')}/story/{told[0].id}" if view else ""
    return about


def _body(alert: Alert, difference: Sequence[Change]) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    if alert.kind is AlertKind.UPDATE:
        return changes_of(change_lines(difference) if difference else alert.body)
    return (), tuple(one_line(line, _LINE) for line in clean(alert.body).splitlines()[:_MOST_LINES])


def _template(alert: Alert, told: Sequence[Story]) -> str:
    if alert.kind in _NOTICES:
        return "notice"
    return "story" if told and alert.kind not in _LISTS else "list"


def _matter(name: str, told: Sequence[Story], rows: int, events: Events | None) -> dict[str, Any]:
    if name == "story":
        return {"story": story_view(told[0], (events or {}).get(told[0].id))}
    if name == "list":
        return {"sections": sections(told, rows), "total": len(told), "more": max(0, len(told) - rows)}
    return {}


def _subject(alert: Alert, told: Sequence[Story]) -> str:
    if alert.kind in _NOTICES or (alert.subject and alert.kind in _LISTS):
        return alert.subject or _LABELS[alert.kind]
    if alert.kind is AlertKind.REMINDER and alert.subject:
        return f"{_LABELS[alert.kind]}: {alert.subject}"
    if alert.kind in _LISTS or not told:
        return f"{_LABELS[alert.kind]}: {len(told)} {'story' if len(told) == 1 else 'stories'} ({alert.subscription})"
    return f"{_LABELS[alert.kind]}: {headline(told[0])}"


def _headers(alert: Alert, references: Sequence[str]) -> tuple[tuple[str, str], ...]:
    thread = tuple(references)
    if not thread and alert.kind in _FOLLOW_UPS and alert.stories:
        thread = (first_token(alert.stories[0], alert.subscription),)
    named = (("References", " ".join(message_id(token) for token in thread)),) if thread else ()
    answered = (("In-Reply-To", message_id(thread[-1])),) if thread else ()
    return (("X-Prrwatch-Id", alert.token), *named, *answered)


@cache
def _html() -> Environment:
    environment = _environment(autoescape=True)
    environment.filters["web_url"] = escape.web_url
    return environment


@cache
def _text() -> Environment:
    # Plain text has no markup to escape; a message in it is safe because its values are single clean lines (views).
    environment = _environment(autoescape=False)
    environment.filters["starred"] = _starred
    return environment


@cache
def _slack() -> Environment:
    environment = _environment(autoescape=False, finalize=_finalized)
    environment.filters |= {
        "bold": lambda text: Ready(f"*{escape.slack(text)}*"),
        "link": lambda url: Ready(escape.slack_link(url)),
        "marked": _marked,
    }
    return environment


def _environment(**options: Any) -> Environment:
    # 0.15 s: not before there is a message, which most runs of the program do not see.
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - see above

    return Environment(  # noqa: S701  each caller says how its place is made safe
        loader=PackageLoader("prrwatch.messages"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        **options,
    )


def _finalized(value: object) -> object:
    return value if isinstance(value, Ready) else escape.slack(str(value))


def _marked(sentence: Sentence) -> Ready:
    """Bold in Slack stands between blanks or punctuation; a marked piece is whole words, so it does."""
    return Ready("".join(_bold(piece.text) if piece.marked else escape.slack(piece.text) for piece in sentence.pieces))


def _bold(text: str) -> str:
    inner = text.strip()
    return text.replace(inner, f"*{escape.slack(inner)}*", 1) if inner else text


def _starred(sentence: Sentence) -> str:
    return "".join(f"*{piece.text}*" if piece.marked else piece.text for piece in sentence.pieces)

"""A material change as lines of text that ride in `Alert.body` from the decision to the message, and back.

was: 31 women        absent where something came
now: 42 women        absent where something went
in: Forty-two women have returned since January.
"""

from __future__ import annotations

from collections.abc import Iterable

from prrwatch.hygiene import clean, one_line
from prrwatch.versions import Change, What

_MOST = 12
_LINE = 400
_KEYS = ("was", "now", "in")


def change_lines(changes: Iterable[Change]) -> str:
    """What a follow-up has to tell, for `Alert.body`; at most a dozen changes, each line bounded."""
    shown = list(changes)
    lines = [line for change in shown[:_MOST] for line in _lines(change)]
    return "\n".join([*lines, f"and {len(shown) - _MOST} more changes"] if len(shown) > _MOST else lines)


def changes_of(body: str) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """The changes that the lines of a body tell, and its other lines as they are."""
    changes: list[dict[str, str]] = []
    others: list[str] = []
    for line in clean(body).splitlines():
        key, colon, value = line.partition(": ")
        if not colon or key not in _KEYS:
            others.append(one_line(line, _LINE))
        elif key == "in" and changes:
            changes[-1].setdefault("in", one_line(value, _LINE))
        elif key == "now" and changes and not changes[-1].keys() & {"now", "in"}:
            changes[-1]["now"] = one_line(value, _LINE)
        else:
            changes.append({key: one_line(value, _LINE)})
    return tuple(_change(each) for each in changes), tuple(line for line in others if line)


def _lines(change: Change) -> list[str]:
    words = zip(_KEYS, (change.old, change.new, change.context), strict=True)
    lines = [f"{key}: {one_line(value, _LINE)}" for key, value in words if one_line(value)]
    return lines if lines[:1] and not lines[0].startswith("in: ") else []


def _change(words: dict[str, str]) -> Change:
    # What kind of statement changed is not told in a message; the words speak for themselves.
    return Change(words.get("was", ""), words.get("now", ""), What.WORDING, words.get("in", ""))

"""Text from the web, made safe to store and to show: what cannot be seen, or turns what is seen around, goes out."""

from __future__ import annotations

import re
import unicodedata

#: C0 and C1 controls (but tab and newline), bidi overrides, embeddings, isolates and marks (Unicode TR9, the
#: "Trojan Source" set), zero-width space, word joiner and other invisible operators, soft hyphen, byte order mark,
#: line and paragraph separators are newlines (below), interlinear annotations, tags, lone surrogates, noncharacters.
_OUT = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e007f\ud800-\udfff]"
)
_PRINTED_OUT = re.compile("[\u034f\u115f\u1160\u17b4\u17b5]")  #: those of them that Python calls printable
_NEWLINES = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
#: A joiner is spelling between letters of a script that joins (Arabic, Persian, Syriac, Indic); anywhere else it
#: hides.
_JOINER = re.compile("[\u200c\u200d]+")
_JOINING = re.compile("[\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u17ff\u1800-\u18af\ufb50-\ufdfb\ufe70-\ufefc]")


def clean(text: str) -> str:
    """The text in NFC with plain newlines, without control, bidi and invisible characters.

    Joiners (U+200C, U+200D) stay between letters of scripts that need them. Idempotent; never longer than its input in
    what can be seen. Source of the set: Unicode TR9 and TR36.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _OUT.sub("", _NEWLINES.sub("\n", text))
    if "\u200c" in text or "\u200d" in text:
        text = _JOINER.sub(_kept_joiner, text)
    return unicodedata.normalize("NFC", text)


def one_line(text: str, limit: int = 300) -> str:
    """The cleaned text on one line, runs of white space as one space, cut with an ellipsis to `limit` code points."""
    line = " ".join(text.split())
    if not line.isprintable() or (not line.isascii() and _PRINTED_OUT.search(line)):
        line = " ".join(clean(line).split())
    elif not line.isascii():
        line = unicodedata.normalize("NFC", line)
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _kept_joiner(match: re.Match[str]) -> str:
    before, after = match.string[match.start() - 1 : match.start()], match.string[match.end() : match.end() + 1]
    return match[0][0] if _JOINING.match(before) and _JOINING.match(after) else ""

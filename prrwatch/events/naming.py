"""What an event is called, and who holds it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from prrwatch.events import lexicon
from prrwatch.phrases import Hit, Line, line

_LONGEST = 200  #: code points of a name
_QUOTED = re.compile(r"[«“„\"]([^«»“”„\"]{8,200})[»”“\"]")
_TOKEN = re.compile(r"\([A-Z]{2,10}\)|[^\W\d_][\w'’-]*|\d+(?:st|nd|rd|th)?|[^\w\s]")
_SMALL = frozenset(["of", "on", "the", "and", "for", "in", "to", "from", "with", "between", "at"])
_ORDINALS = frozenset(
    ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "annual"]
)
_FRAGMENT_WORDS = 16
_NAME_WORDS = 4  #: fewer capitalised words are a label: "OSCE Forum"
_BESIDE = 12  #: code points between a title in quotes and the noun: «...» атты семинар
_BREAKS = re.compile(r"[.;:!?|()]|\s[–—-]\s")
_DESCRIBED_IN_FRONT = frozenset(["uz", "kk", "ky"])
#: Small words that led to what was cut off a name.
_LED_TO = (
    "in on at to from with the a an for of and has been was were is be held will that which who "
    "с в на по к во и du le la à en au des am im vom der statt und дар аз ва рӯзи соли kuni куни күні күнү жылғы жылы "
    "yil йил shahrida шаҳрида қаласында шаарында шаҳри"
)
_LOOSE = frozenset(_LED_TO.split())
_PARTS = re.compile(
    r",\s+(?:as\s+well\s+as|and|in\s+(?:co-?operation|partnership|collaboration)\s+with|together\s+with|jointly\s+with)\s+(?:the\s+)?"
    r"|\s+(?:as\s+well\s+as|jointly\s+with|together\s+with|in\s+(?:co-?operation|partnership|collaboration)\s+with)\s+(?:the\s+)?"
    r"|,\s+(?:the\s+)?|\s+and\s+the\s+"
)
_NAMES_END = re.compile(
    r"\s+(?:on|from|in|at|to|for|during|with|within|under\sthe\sframework|was|is|has|which|that|who|the\s\w+\sPost\sreports)\s+"
    r"(?=\d|(?:\w+\s)?(?:\d|January|February|March|April|May|June|July|August|September|October|November|December)|discuss|exchange|[a-z]+ing\b|order\b|support\b)"
    r"|\s+(?:will|would|shall)\s|,\s[^,]{3,60}\s(?:reports?|reported|writes|said)\b|,\s+according\sto\b|[.;:(]\s*$"
)
_MOST_NAMES = 12


def name(written: Line, noun: Hit, title: str | None, language: str, cuts: Sequence[tuple[int, int]]) -> str:
    """A title in quotes, a name in capitals, else the headline if it has the noun, else the words around the noun.

    `cuts` are the places of the sentence that belong to no name: days, towns, verbs of holding.
    """
    start, end = written.words[noun.first].start, written.words[noun.past - 1].end
    quoted = _quoted(written, start, end, language)
    if quoted:
        return quoted
    capitals = _in_capitals(written.text, start, end) if language == "en" else ""
    if len(capitals.split()) >= _NAME_WORDS:
        return capitals
    if title and any(hit.meaning == noun.meaning for hit in lexicon.find(lexicon.of("nouns", language), line(title))):
        return _one_line(title)
    first = written.text.find(capitals) if capitals else start
    return _one_line(_fragment(written, first if 0 <= first <= start else start, end, cuts, language))


def organisers(written: Line, language: str) -> tuple[str, ...]:
    """Who organises, as an English sentence lists them; in other languages the known bodies beside the verb."""
    verbs = lexicon.find(lexicon.of("organising", language), written)
    if not verbs:
        return ()
    listed = _listed(written, verbs[0]) if language == "en" else ()
    return listed or tuple(dict.fromkeys(hit.meaning for hit in lexicon.find(lexicon.of("bodies"), written)))


def _quoted(written: Line, start: int, end: int, language: str) -> str | None:
    """A phrase in quotes that is an event's own title: it names one, or stands right at the noun."""
    nouns = lexicon.of("nouns", language)
    for match in _QUOTED.finditer(written.text):
        inside = line(match[1])
        names_one = any(hit.meaning in {"meeting", "training"} for hit in lexicon.find(nouns, inside))
        beside = 0 <= start - match.end() <= _BESIDE or 0 <= match.start() - end <= _BESIDE
        if len(inside.words) >= 3 and (names_one or beside):
            return _one_line(match[1].strip(" ,"))
    return None


def _in_capitals(text: str, start: int, end: int) -> str:
    """The run of capitalised words around the noun, with the small words between them."""
    before = list(_TOKEN.finditer(text, 0, start))
    first = start
    for match in reversed(before):
        if match[0].casefold() in _ORDINALS or (match[0][0].isupper() and text[match.end() : first].strip() == ""):
            first = match.start()
        elif not (match[0] in _SMALL - {"in", "to", "at", "on", "for"} or _is_adjective(match[0], first == start)):
            break
        elif _is_adjective(match[0], first == start):
            first = match.start()
    last = end
    for match in _TOKEN.finditer(text, end):
        word = match[0]
        if word in _SMALL:
            continue
        if not (word[0].isupper() or word[0] == "(") or _is_break(text[last : match.start()]):
            break
        last = match.end()
    return _one_line(_without_place(re.sub(r"^[Tt]he\s+", "", text[first:last])))


def _is_adjective(word: str, beside: bool) -> bool:  # noqa: FBT001 - told by place, not a mode
    """A small word right before the noun describes it: "expert dialogue", "cross-regional forum"."""
    return (
        beside
        and word.replace("-", "").isalpha()
        and word not in _SMALL
        and word not in {"a", "an", "this", "that", "its", "their"}
    )


def _is_break(between: str) -> bool:
    return bool(re.search(r"[.,;:!?|]", between))


def _without_place(words: str) -> str:
    """Where it is held is not its name, when the place closes it."""
    cut = re.search(r"\s+(?:in|at)\s+(?:the\s+)?([^\s].*)$", words)
    if cut and lexicon.find(lexicon.of("places"), line(cut[1])):
        return words[: cut.start()]
    return words


def _fragment(written: Line, start: int, end: int, cuts: Sequence[tuple[int, int]], language: str) -> str:
    """The words that describe the noun, up to the next day, place, verb or break; in front, where languages do so."""
    text = written.text
    if language in _DESCRIBED_IN_FRONT:
        first = max((past for _, past in cuts if past <= start), default=0)
        before = _BREAKS.split(text[first:start])[-1].split()
        return " ".join([*_trimmed(before)[-_FRAGMENT_WORDS:], text[start:end]])
    last = min((at for at, _ in cuts if at >= end), default=len(text))
    behind = _BREAKS.split(text[start:last])[0].split()
    return " ".join(_trimmed(behind[:_FRAGMENT_WORDS]))


def _trimmed(words: Sequence[str]) -> list[str]:
    """Without the small words that led to what was cut off."""
    kept = list(words)
    while len(kept) > 1 and kept[-1].casefold().strip(",") in _LOOSE:
        kept.pop()
    while len(kept) > 1 and (kept[0].casefold() in _LOOSE or not kept[0][:1].isalnum()):
        kept.pop(0)
    return kept


def _listed(written: Line, verb: Hit) -> tuple[str, ...]:
    tail = written.text[written.words[verb.past - 1].end :].strip()
    if not re.match(r"by\b", tail) and not written.text[: written.words[verb.past - 1].end].endswith(" by"):
        return _subjects(written, verb)
    tail = re.sub(r"^by\s+", "", tail)
    end = _NAMES_END.search(tail)
    names = _PARTS.split(re.sub(r"^the\s+", "", tail[: end.start()] if end else tail))
    return tuple(filter(None, (_organiser(each) for each in names[:_MOST_NAMES])))


def _subjects(written: Line, verb: Hit) -> tuple[str, ...]:
    """Who acts ("Kazakhstan, OSCE and UN host ...") is named before the verb; only known bodies are taken."""
    before = line(written.text[: written.words[verb.first].start])
    return tuple(dict.fromkeys(hit.meaning for hit in lexicon.find(lexicon.of("bodies"), before)))


def _organiser(written: str) -> str:
    kept = _one_line(re.sub(r"^(?:the|and)\s+", "", written.strip(" .,;")))
    return kept if kept[:1].isupper() else ""


def _one_line(written: str) -> str:
    return " ".join(written.split())[:_LONGEST].strip(" -–—")

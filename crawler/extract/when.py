"""Every date that a page gives for its own publication, with where it stood. `prrwatch.dates.resolve` chooses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.extract.aside import Surroundings
from crawler.extract.metadata import Metadata
from crawler.extract.page import Element, Line, text_of
from prrwatch import dates
from prrwatch.document import Dated
from prrwatch.source import Source

_LABEL = re.compile(
    r"^\W{0,3}(?:issued on|publish(?:ed|ing)?(?:\s+(?:date|on|at))?|publication date|date published|"
    r"date of publication|posted(?: on)?|release date|released(?: on)?|date|"
    r"first published|опубликован[оаы]?|дата публикации|дата|размещено|добавлено|e'lon qilin\w+(?: sana\w*)?|"
    r"eʼlon qilin\w+|эълон қилин\w+|chop etilgan\w*|"
    r"жарияланған(?: күні)?|жарияланды|жарыяланган|жарыяланды|нашр шуд\w*|санаи нашр|çap edilen\w*|"
    r"publié(?:e)?(?: le)?|date de publication|mis en ligne(?: le)?|veröffentlicht(?: am)?|erschienen(?: am)?|"
    r"تاريخ النشر|نشر في|نُشر في|publicado(?: el)?|pubblicato(?: il)?|publicado em)"
    r"(?=[\W\d])\s*[:：|–-]?\s*(.*)$",
    re.IGNORECASE,
)
_URL_DAY = re.compile(r"/((?:19|20)\d\d)[/-]?(0?[1-9]|1[0-2])[/-]?(0?[1-9]|[12]\d|3[01])(?=[/_.-]|$)")
_URL_MONTH = re.compile(r"/((?:19|20)\d\d)/(0[1-9]|1[0-2])/")
_A_LIST = 3  #: different days around a title are those of a list of articles
_BEFORE, _AFTER = 4, 14  #: lines around the title in which a bare date belongs to it
_TODAY = re.compile(
    r"\W*(?:today|сегодня|bugun|бугун|бүгін|бүгүн|имрӯз|şu gün|aujourd.hui|heute|اليوم|hoy|hoje|oggi)\b.*\d{4}",
    re.IGNORECASE,
)
#: A change, a licence, a rate of exchange, the place of an event ("14 MAY 2024 | TASHKENT"): not of publication.
_OF_ELSE = re.compile(
    r"\bupdated|\bmodified|обновл|изменен|yangilan|янгилан|жаңарт|mis à jour|aktualisiert|actualizad|"
    r"©|[$€₽£]|\b(?:usd|eur|rub|kzt|uzs|kgs|курс|kurs)\b|°|\|\s*[^\W\d_]",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """How this source writes dates, and when the page was seen."""

    languages: tuple[str, ...]
    order: str | None
    timezone: str | None
    seen: datetime
    latest: datetime | None = None  #: it was published by then

    def read(self, raw: str, origin: str) -> Dated | None:
        """One raw date."""
        return dates.parse(
            raw,
            origin=origin,
            languages=self.languages,
            order=self.order,
            timezone=self.timezone,
            seen=self.seen,
            latest=self.latest,
        )


def reading(source: Source, fetched: datetime, modified: Sequence[str] = ()) -> Reading:
    """The source's habits. A page that says when it was changed was published by then."""
    how = Reading(source.languages, source.date_order, source.timezone, fetched)
    changed = [dated.at for raw in modified if (dated := how.read(raw, "modified")) and dated.at <= fetched]
    return replace(how, latest=min(changed)) if changed else how


def from_metadata(metadata: Metadata, how: Reading) -> Iterator[Dated]:
    """JSON-LD `datePublished` and the meta tags of publication; never those of change."""
    for origin, raws in (("json-ld", metadata.json_ld_dates), ("meta", metadata.meta_dates)):
        read = (how.read(raw, origin) for raw in raws)
        yield from [dated for dated in read if dated][:1]


def from_selector(tree: Element, selector: str | None, how: Reading) -> Iterator[Dated]:
    """What the catalogue points at; its machine-readable attributes first."""
    for element in tree.cssselect(selector)[:5] if selector else ():
        raws = (element.get("datetime"), element.get("content"), text_of(element))
        dated = next(filter(None, (how.read(raw, "selector") for raw in raws if raw)), None)
        if dated:
            yield dated
            return


def from_microdata(tree: Element, how: Reading) -> Iterator[Dated]:
    """`itemprop="datePublished"`, where the page has one only."""
    beside = Surroundings()
    stated = tree.cssselect("[itemprop=datePublished]")[:20]
    found = [element for element in stated if not beside.is_other(element)]
    read = [
        how.read(element.get("content") or element.get("datetime") or text_of(element), "meta") for element in found
    ]
    if len({dated.value[:10] for dated in read if dated}) == 1:
        yield next(dated for dated in read if dated)


def from_labels(lines: Sequence[str], how: Reading) -> Iterator[Dated]:
    """The value beside or below "Issued on:", "Дата публикации" and their like; the first one."""
    for at, line in enumerate(lines):
        match = _LABEL.match(line[:160]) if len(line) < 300 else None
        if not match:
            continue
        value = match[1] or _below(line, lines[at + 1 : at + 2])
        dated = how.read(value, "label") if value and len(value) < 90 else None
        if dated:
            yield dated
            return


def _below(line: str, following: Sequence[str]) -> str:
    return following[0] if following and len(following[0]) < 60 and _LABEL.match(line + " ") else ""


def from_dateline(text: str, how: Reading) -> Iterator[Dated]:
    """The dateline of the article's own text."""
    dated = dates.dateline(text, how.languages, how.seen, how.order)
    if dated:
        yield dated


def around_title(lines: Sequence[Line], title_at: int, beside: Surroundings, how: Reading) -> Iterator[Dated]:
    """Right above or below the title: a `time` element, else a short line that holds nothing but a date."""
    near = [line for line in lines[max(0, title_at - _BEFORE) : title_at + _AFTER] if not beside.is_other(line.element)]
    after = [line for line in lines[title_at : title_at + _AFTER] if line in near]
    before = [line for line in reversed(near) if line not in after and not _is_clock(line.text, how)]
    ordered = [*after, *before]
    for read in (_time_element, _bare):
        found = [dated for line in ordered if (dated := read(line, how))]
        if len({dated.at.date() for dated in found}) < _A_LIST:
            yield from found[:1]


def _time_element(line: Line, how: Reading) -> Dated | None:
    element = line.element if line.element.tag == "time" else next(iter(line.element.iter("time")), None)
    called = (element.get("class") or "").casefold() if element is not None else ""
    if element is None or len(line.text) > 200 or ("updated" in called and "publish" not in called):
        return None
    return how.read(element.get("datetime") or text_of(element), "time") or how.read(text_of(element), "time")


def _is_clock(text: str, how: Reading) -> bool:
    """Above a title the day of the sighting is the clock of the site; at worst a date is missing for a day."""
    dated = how.read(text, "header")
    return dated is not None and dated.at.date() == how.seen.date()


def _bare(line: Line, how: Reading) -> Dated | None:
    """A line of a date and hardly anything else. "14 MAY 2024 | TASHKENT" tells where an event is held."""
    text = line.text
    if len(text) > 60 or len(_WORDS.findall(text)) > 6 or _OF_ELSE.search(text) or _TODAY.match(text):
        return None
    if _LABEL.match(text):  # one witness, not two
        return None
    dated = how.read(text, "header")
    return dated if dated and len(dated.value) >= 10 else None


def from_url(url: str, how: Reading) -> Iterator[Dated]:
    """/2024/11/27/ in the address."""
    path = url.split("?", maxsplit=1)[0]
    match = _URL_DAY.search(path)
    dated = how.read("-".join(match.groups()), "url") if match else None
    month = _URL_MONTH.search(path) if not dated else None
    dated = dated or (how.read(f"{month[1]}-{month[2]}", "url") if month else None)
    if dated:
        yield dated

"""How a document is laid out: title, lead, body, tail, menus; its words and sentences.

The place of a word says how much the document is about it: what stands in the title or the lead is the subject; what
stands in a closing line, a "read also" or a menu is not.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate

from prrwatch.relevance.lexicon import Words, words_of

_LINE = re.compile(r"[^\r\n\x0b\x0c\x85\u2028\u2029]+")
_BREAKS = r"\r\n\x0b\x0c\x85\u2028\u2029"
#: A sentence ends with a line, or with its sign after a word of two letters or more: "U.S. troops", "г. Ош" stay whole.
#: The pattern begins with one set of signs, which lets the engine skip all else (a third of the time of two
#: alternatives).
_SENTENCE_END = re.compile(
    rf"[.!?…؟۔。{_BREAKS}](?:(?<=[{_BREAKS}])|(?<=\w\w.)[.!?…؟]{{0,2}}[\"'»”’)\]]{{0,2}}\s+(?=[^a-zа-яё\s]))"
)
_SENTENCE_SIGNS = ".!?…:;,؟۔»”\"')"
_ALSO = re.compile(
    r"\s*(related( (news|articles|stories|content|topics|links))?\s*(:|$)|related (news|articles|stories|content)"
    r"|read (also|more|next)|also read|see also|more (on|from|news)|in other news\s*:"
    r"|most (read|popular|viewed)|latest news|top stories|trending|popular now|recommended|you may also"
    r"|читайте (также|ещё|еще)|(материалы |новости |статьи |)по теме|другие новости|похожие|смотрите также|ещё по теме"
    r"|самое читаемое|популярное|главное за|лента новостей"
    r"|lire aussi|à lire aussi|sur le même sujet|les plus lus|à la une"
    r"|lesen sie auch|mehr zum thema|meistgelesen|das könnte sie auch|auch interessant"
    r"|lees ook|meer over|meest gelezen"
    r"|ayrıca okuyun|ilgili haberler|çok okunan(lar)?|diğer haberler|baca juga|berita terkait|terpopuler"
    r"|o[ʻ‘’'`]qing|mavzuga oid|eng ko[ʻ‘’'`]p o[ʻ‘’'`]qilgan|mashhur xabarlar"
    r"|ўқинг|мавзуга оид|энг кўп ўқилган|шунингдек ўқинг"
    r"|тақырып бойынша|тағы оқыңыз|оқи отырыңыз|көп оқылған|окшош|дагы окуңуз|көп окулган"
    r"|ҳамчунин хонед|бештар хонед|мавод(ҳо)?и дигар"
    r"|اقرأ أيضا|اقرأ أيضًا|مواضيع ذات صلة|الأكثر قراءة|الأكثر مشاهدة|أخبار ذات صلة"
    r"|بیشتر بخوانید|پربازدید|مطالب مرتبط|همچنین بخوانید"
    r"|läs också|les også|læs også|lue myös|mest läst|mest lest|luetuimmat"
    r"|leer también|te puede interesar|lo más leído|leggi anche|i più letti"
    r"|pročitajte i|najčitanije|прочитајте|lexoni gjithashtu|më të lexuarat|hemçinin okaň)(?!\w)",
    re.IGNORECASE,
)
#: How newsrooms open the paragraph that recalls older news: it is no part of what the text tells.
_RECALLS = re.compile(
    r"\s*(earlier\s*,|previously\s*,|as a reminder|background\s*:|as reported earlier"
    r"|напомним|напоминаем|справочно|ранее сообщалось|ранее (казахстан|узбекистан|таджикистан|кыргызстан|россия)"
    r"|еске сала|еске салайық|айта кет(ейік|у керек)|осыған дейін|бұған дейін"
    r"|эске сал|белгилей кет|буга чейин"
    r"|eslatib o[ʻ‘’'`]t|eslatamiz|ma[ʼ‘’'`]lumot uchun|bungacha"
    r"|эслатиб ўт|эслатамиз|маълумот учун|бунгача"
    r"|хотиррасон|ёдовар мешавем|ёдрас|ýatladýarys|mundan ozal|ozalrak"
    r"|rappelons|pour rappel|auparavant\s*,|zur erinnerung|ter herinnering"
    r"|hatırlanacağı|xatırladaq|sebelumnya|sebagai catatan"
    r"|يذكر ان|يذكر أن|يُذكر|گفتنی است|پیش از این|پیشتر)",
    re.IGNORECASE,
)
#: After the heading of links: a colon or dash, or no more than a headline. "Similar courses were held." is prose.
#: How a round-up opens each of its items: a sign, or one word that names the place or the matter ("Rail. Work on ...").
_ITEM = re.compile(r"\s*(?:[•·▪●■]|\d{1,2}[.)]\s|[^\W\d_]{3,}\.\s)")
_ITEMS_LEAST = 3
_LINKED = re.compile(r"\s*(?:[:：|–—-]|[^.!?…]{0,80}$)")
_SEPARATED = re.compile(r"\s[|•·»›/]\s")
READ = 30_000  #: characters of a text that are read: what a document is about stands in its first ten pages
_MENU_LINES = 5  #: so many short lines in a row are a menu or a list of links
_BREAK_SIGNS = "\r\n\x0b\x0c\x85\u2028\u2029"
_RECALLS_MOST = 4  #: a text that recalls more than that is told in such paragraphs
_LAST_LINES = 3  #: and so many, when nothing comes after them
_MENU_WORDS = 7
_HEADING_LEAST = 4  #: letters: a shorter line heads nothing
_ROW_LEAST = 3  #: pieces of a line that is a row of links
_ROW_WORDS = 10  #: words of a piece: a headline has seven
_ROW_LONGEST = 1_000
_LEAD_WORDS = 90
_LEAD_LEAST = 45
_LEAD_SHARE = 0.65  #: of a short text, so that its closing line is not its lead
_TAIL_FROM = 150  #: a shorter text has no tail
_TAIL_SHARE = 0.82


class Place(Enum):
    """Where a word stands."""

    TITLE = "title"
    LEAD = "lead"
    BODY = "body"
    TAIL = "tail"
    MENU = "menu"


@dataclass(frozen=True, slots=True)
class Layout:
    """A document ready for matching. Positions count words outside of menus, so a menu does not part title and text."""

    words: Words  #: of title, blank line, text
    text_from: int  #: where the text begins in what is written
    sentences: Sequence[int]  #: where each sentence starts in what is written
    menus: Sequence[tuple[int, int]]  #: spans in words, first and past the last
    menu_firsts: Sequence[int]  #: the first word of each of the menus
    skipped: Sequence[int]  #: words in menus before each of the menus
    also: int  #: the first word of the links to other stories, or the number of words
    recalls: Sequence[tuple[int, int]]  #: first and past the last word of each paragraph that recalls older news
    title_words: int
    length: int  #: words outside of menus
    is_roundup: bool  #: whether it is made of short items, each with a subject of its own

    def sentence_at(self, place: int) -> int:
        """The number of the sentence around a place in what is written."""
        return bisect_right(self.sentences, place)

    @property
    def closing_sentence(self) -> int:
        """The number of the last sentence."""
        return self.sentence_at(len(self.written.rstrip()) - 1)

    def position(self, word: int) -> int | None:
        """The number of the word among those outside of menus; None in a menu."""
        number = bisect_right(self.menu_firsts, word) - 1
        if number < 0:
            return word
        first, past = self.menus[number]
        return None if word < past else word - self.skipped[number] - (past - first)

    @property
    def written(self) -> str:
        """Title, blank line, text."""
        return self.words.original

    def place(self, word: int) -> Place:
        """Where the word stands."""
        if word < self.title_words:
            return Place.TITLE
        position = self.position(word)
        if position is None:
            return Place.MENU
        if word >= self.also or any(first <= word < past for first, past in self.recalls):
            return Place.TAIL
        lead = max(_LEAD_LEAST, min(_LEAD_WORDS, _LEAD_SHARE * (self.length - self.title_words)))
        if position < self.title_words + lead or self.is_roundup:
            return Place.LEAD
        is_tail = self.length > _TAIL_FROM and position > self.length * _TAIL_SHARE
        return Place.TAIL if is_tail else Place.BODY


def headed(title: str | None) -> str:
    """The title as it is read before the text."""
    return f"{title.strip()[:READ]}\n\n" if title and title.strip() else ""


def lay_out(title: str | None, text: str) -> Layout:
    """Lays out any document, as far as it is read."""
    head = headed(title)
    text = text[:READ]
    written = head + text
    words = words_of(written)
    places = words.folded.places
    starts = words.starts if places is None else [places[start] for start in words.starts]
    menus, also = _asides(text, len(head), starts)
    return Layout(
        words=words,
        text_from=len(head),
        sentences=[match.end() for match in _SENTENCE_END.finditer(written)],
        menus=menus,
        menu_firsts=[first for first, _ in menus],
        skipped=[0, *accumulate(past - first for first, past in menus)],
        also=also,
        recalls=[
            (_word_at(starts, len(head) + first), _word_at(starts, len(head) + past)) for first, past in _recalled(text)
        ],
        title_words=bisect_right(starts, len(head) - 1),
        length=len(words.tokens) - sum(past - first for first, past in menus),
        is_roundup=_is_roundup(text),
    )


def _is_roundup(text: str) -> bool:
    lines = [line for line in _LINE.findall(text) if line.strip()]
    items = sum(1 for line in lines if _ITEM.match(line))
    return items >= _ITEMS_LEAST and 2 * items > len(lines)


def _asides(text: str, base: int, starts: Sequence[int]) -> tuple[list[tuple[int, int]], int]:
    spans = [(run[0][0], run[-1][1]) for run in _runs_of_short_lines(text) if _is_menu(run, text)]
    also = len(text)
    for line in _LINE.finditer(text):
        written = line[0].strip()
        if len(written) <= _HEADING_LEAST:
            continue
        heading = _ALSO.match(written)
        if heading and line.start() > len(text) // 3:
            also = line.start()
            break
        if (heading and _LINKED.match(written, heading.end())) or _is_row_of_links(written):
            spans.append(line.span())
    menus = [(_word_at(starts, base + first), _word_at(starts, base + past)) for first, past in _merged(spans)]
    return menus, len(starts) if also == len(text) else _word_at(starts, base + also)


def _recalled(text: str) -> list[tuple[int, int]]:
    """The paragraphs after the first third that open as newsrooms open what they told before."""
    lines = _LINE.finditer(text, len(text) // 3)
    opened = [
        line.span()
        for line in lines
        if text[line.start() - 1 : line.start()] in _BREAK_SIGNS and _RECALLS.match(line[0])
    ]
    return opened[:_RECALLS_MOST]


def _is_menu(run: Sequence[tuple[int, int]], text: str) -> bool:
    return len(run) >= _MENU_LINES or (len(run) >= _LAST_LINES and not text[run[-1][1] :].strip())


def _is_row_of_links(line: str) -> bool:
    """Whether a line is parted by bars or dots into short pieces, three or more: a menu, a row of headlines."""
    if len(line) > _ROW_LONGEST or not _SEPARATED.search(line):
        return False
    pieces = _SEPARATED.split(line)
    return len(pieces) >= _ROW_LEAST and all(len(piece.split()) <= _ROW_WORDS for piece in pieces)


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, past in sorted(spans):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(past, merged[-1][1]))
        else:
            merged.append((first, past))
    return merged


def _word_at(starts: Sequence[int], place: int) -> int:
    return bisect_right(starts, place - 1)


def _runs_of_short_lines(text: str) -> Iterator[list[tuple[int, int]]]:
    run: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        stripped = line[0].strip()
        if not stripped:
            continue
        if len(stripped) < 80 and len(stripped.split()) <= _MENU_WORDS + 1 and stripped[-1] not in _SENTENCE_SIGNS:
            run.append(line.span())
            continue
        yield run
        run = []
    yield run

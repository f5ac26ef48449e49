"""What a page wears around its prose: counters, stamps, tickers, exchange rates, menus, links to other stories."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from prrwatch.dates import words

CLOSING = ".!?…؟。;:\"'»”)"  #: signs that close a statement, not a label
_MENU_LINES = 5
_MENU_WORDS = 7
_BULLET_WORDS = 16
#: Lines that tell about the page, not about the world.
_NOISE = re.compile(
    r"^\W*(?:\d[\d.,:\s%+\-–/°]*[KkМмk]?\W*$"
    r"|(?:views?|reads?|shares?|likes?|comments?|visitors?|online|просмотр\w*|прочитан\w*|комментар\w*|поделил\w*|лайк\w*"
    r"|ko['‘’ʻ]rilgan|ko['‘’ʻ]rishlar|o['‘’ʻ]qilgan|кўрилган|кўришлар|ўқилди|көрілім|көрген|қаралым|оқылды|көрүү|көрүлдү|окулду"
    r"|тамошо|хонда\w*|дида\s?шуд\w*|vues?|lectures?|commentaires?|partages?|aufrufe|gelesen|kommentare?)\b"
    r"|(?:last\s)?(?:updated?|modified|edited)\b|(?:обновлен|изменен|отредактирован)\w*|yangilan\w*|янгилан\w*|жаңарт\w*|жаңыртыл\w*"
    r"|навсозӣ|mis\sà\sjour|aktualisiert|zuletzt\s)",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\d\W{0,3}(?:views?|reads|shares?|likes?|comments?|min(?:ute)?s?\sread|просмотр\w*|комментар\w*|раз\sпрочитан\w*|marta\s(?:ko|o)\w*"
    r"|марта\s(?:кўрил|ўқил)\w*|рет\s(?:оқыл|қарал)\w*|жолу\s(?:окул|көрүл)\w*|vues|lectures|commentaires?|aufrufe|kommentare?)\b",
    re.IGNORECASE,
)
_RATES = re.compile(
    r"\b(?:USD|EUR|RUB|KZT|UZS|KGS|TJS|GBP|CNY|BTC|Brent|WTI)\b\W{0,3}\d|[$€₽₸]\s?\d+[.,]\d|[+\-−–]?\d+\s?°"
)
_ALSO = re.compile(
    r"\W*(?:related(?:\s(?:news|articles|stories|content))?\s*:?\s*$|related\s(?:news|articles|stories|content)\b|read\s(?:also|more|next)\b|see\salso\b|also\sread\b"
    r"|more\s(?:on\sthis|from|news)\b|(?:(?:most|mest)\s(?:read|popular|viewed)|latest\snews|breaking(?:\snews)?\s*[:|]|live\s*[:|])"
    r"|meistgelesen\b|les\splus\slus\b|самое\s(?:читаемое|популярное)\b|эң\sкөп\s|ең\sкөп\sоқыл|энг\sкўп\sўқил|eng\sko['‘’ʻ]p\so['‘’ʻ]qil"
    r"|читайте(?:\s(?:также|ещё|еще))?\b|смотрите\sтакже|по\sтеме\b|материалы\sпо\sтеме|другие\sновости|похожие|срочно\s*[:|!]|молния\s*[:|!]"
    r"|mavzuga\soid|o['‘’ʻ]qing|shuningdek\so['‘’ʻ]qing|мавзуга\sоид|ўқинг|шунингдек\sўқинг|тағы\sоқыңыз|тақырып\sбойынша|дагы\sокуңуз|окшош"
    r"|инчунин\s(?:хонед|бихонед)|ҳамчунин\sбихонед|lire\saussi|à\slire|voir\saussi|sur\sle\smême\ssujet|lesen\ssie\sauch|mehr\szum\sthema|siehe\sauch)",
    re.IGNORECASE,
)


def prose_lines(lines: Sequence[re.Match[str]]) -> Iterator[re.Match[str]]:
    """Of the lines of a text those that are prose."""
    return _without_links(_without_menus([line for line in lines if not _is_noise(line[0])]))


def _is_noise(line: str) -> bool:
    if len(line) > 200:
        return False
    stripped = line.strip()
    short = len(stripped.split()) <= 12
    return bool(
        _NOISE.match(stripped)
        or (short and (_COUNTED.search(stripped) or _RATES.search(stripped)))
        or (len(stripped.split()) <= 6 and words.minutes_ago(stripped))
    )


def _without_menus(lines: Sequence[re.Match[str]]) -> list[re.Match[str]]:
    kept: list[re.Match[str]] = []
    run: list[re.Match[str]] = []
    for line in lines:
        if _is_label(line[0]):
            run.append(line)
            continue
        kept += [] if len(run) >= _MENU_LINES else run
        kept.append(line)
        run = []
    return kept + ([] if len(run) >= _MENU_LINES else run)


def _is_label(line: str) -> bool:
    """A line of a menu: short, without a closing sign; a list's bullet may be followed by more words."""
    stripped = line.strip()
    limit = _BULLET_WORDS if stripped[0] in "-•*·–" else _MENU_WORDS
    return len(stripped) < 120 and len(stripped.split()) <= limit and stripped[-1] not in CLOSING


def _without_links(lines: Sequence[re.Match[str]]) -> Iterator[re.Match[str]]:
    """Without "read also" lines, and without the line after one that is a heading by itself."""
    heading = False
    for line in lines:
        is_link = bool(_ALSO.match(line[0])) and len(line[0]) < 300
        if not is_link and not heading:
            yield line
        heading = is_link and len(line[0].split()) <= 4

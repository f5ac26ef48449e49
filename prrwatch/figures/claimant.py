"""Who says so: whom a sentence names as the source of its figure."""

from __future__ import annotations

import re
from itertools import chain

from prrwatch.hygiene import one_line

_LONGEST = 120  #: code points of a claimant
_READ = 2_000  #: code points of a sentence that are looked at

#: What a name may hold: anything up to the next break, at most so many code points.
_NAME = r"(?P<who>[^,.;:()«»“”\"\n\d]{2,100}?)"
_COUNTS = r"\s(?:more|over|some|about|at\sleast|up\sto|nearly|almost|around|более|около|свыше)\s"
_END = rf"(?=\s*(?:[,.;:()«»“”\"\d]|$|\s[–—-]\s)|{_COUNTS})"
_BEFORE_VERB = r"(?:^|[,.;«»“”\"]\s+|\s[–—-]\s)(?:(?:The|the)\s+)?"

#: By language: expressions with a group `who`. In front of the name (according to ...), behind it (... said), or both.
_SOURCES = {
    "en": (
        rf"\b(?:[Aa]ccording\s+to|citing)\s+(?:(?:figures|data|numbers|information|estimates)\s+(?:presented|provided|given|released|published|of|from|by)\s+(?:(?:by|from|at)\s+)?)?(?:the\s+)?{_NAME}{_END}",
        rf"[,”\"]\s+(?:said|says|added|stated|noted)\s+(?:the\s+)?{_NAME}{_END}",
        rf"{_BEFORE_VERB}{_NAME}\s+(?:said|says|stated|announced|reported|reports|noted|told|estimates)\b",
    ),
    "ru": (
        rf"\b[Пп]о\s+(?:данным|словам|информации|сведениям|оценкам?|подсчётам|подсчетам)\s+{_NAME}{_END}",
        rf"(?:сообщили|заявили|рассказали|отметили|уточнили|сообщает(?:ся)?)\s+(?:в|во|на)\s+{_NAME}{_END}",
        rf"[,»”\"]\s+[–—-]?\s*(?:сообщает|сообщил[аио]?|заявил[аио]?|отметил[аио]?|сказал[аи]?|рассказал[аи]?|передаёт|передает)\s+{_NAME}{_END}",
        rf"{_BEFORE_VERB}{_NAME}\s+(?:сообщил[аио]?|заявил[аио]?|отметил[аио]?|рассказал[аи]?)\b",
    ),
    "uz": (
        rf"{_BEFORE_VERB}{_NAME}\s+(?:maʼlumot\w*|ma['‘’ʻ]lumot\w*|маълумот\w*)\s*(?:ga|га)?\s*(?:ko['‘’ʻ]ra|кўра|qaraganda|қараганда)",
        rf"\b{_NAME}\s+(?:xabar\s+(?:berdi|qildi)|хабар\s+(?:берди|қилди)|maʼlum\s+qildi|маълум\s+қилди)\b",
    ),
    "kk": (rf"{_BEFORE_VERB}{_NAME}\s+(?:(?:мәлімет|дерек)(?:тер)?інше|айтуынша|хабарла(?:уынша|ды)|мәлімдеді)\b",),
    "ky": (
        rf"{_BEFORE_VERB}{_NAME}\s+(?:маалымат(?:тар)?ы(?:на|\s)\s*(?:караганда|боюнча)|билдирди|билдиргендей|кабарлады)\b",
    ),
    "tg": (
        rf"(?:[Тт]ибқи|[Мм]увофиқи|[Бб]инобар)\s+(?:маълумоти|иттилои|гуфтаи)\s+{_NAME}{_END}",
        rf"\b[Бб]а\s+(?:гуфтаи|иттилои)\s+{_NAME}{_END}",
    ),
    "fr": (
        rf"\b(?:[Ss]elon|[Dd]['’]après)\s+(?:les\s+(?:chiffres|données)\s+(?:de|du|des)\s+)?(?:l['’]|la\s+|le\s+|les\s+)?{_NAME}{_END}",
        rf"[,»”\"]\s+(?:a\s+(?:déclaré|indiqué|annoncé|précisé)|déclare|indique)\s+(?:l['’]|la\s+|le\s+|les\s+)?{_NAME}{_END}",
    ),
    "de": (
        rf"\b(?:[Ll]aut|[Nn]ach\s+(?:[Aa]ngaben|Auskunft|Schätzungen)\s+(?:der|des|von|vom|aus)|[Zz]ufolge)\s+(?:dem\s+|der\s+|den\s+)?{_NAME}(?=\s*(?:[,.;:()«»“”\"]|$)|\s+(?:sind|seien|wurden|haben|hat|ist|sei|kehrten|leben|befinden|holte)\b)",
        rf"[,”“\"]\s+(?:sagte|teilte|erklärte|berichtete)\s+(?:der\s+|die\s+|das\s+)?{_NAME}(?=\s*(?:[,.;:()]|$)|\s+mit\b)",
    ),
}
_COMPILED = {language: tuple(re.compile(each) for each in found) for language, found in _SOURCES.items()}
#: What a claimant is or bears: an authority, an organisation, an office. A returnee or a mother who is quoted is not
#: named in a ledger that goes out to many.
_OFFICE = re.compile(
    r"\b(?:ministr|ministèr|minister|ministri|ambassad|president|präsident|président|committee|council|commission|agency|office|officials?\b|authorit"
    r"|government|department|service|police|prosecut|court|embassy|spokes|representative|director|head\sof|secretary|ombuds|commissioner|centre|center"
    r"|organi[sz]er|organi[sz]ation|institute|foundation|fund\b|mission|association|parquet|gouvern|office|regierung|ministerium|amts?\b|behörde|gericht"
    r"|министр|министерств|посол|посольств|комитет|совет|комисси|агентств|служб|ведомств|правительств|департамент|управлени|прокур|суд|полици|представител|директор"
    r"|глава|секретар|омбудсм|центр|организатор|организаци|институт|фонд|пресс|vazir|qoʻmita|qo['‘’ʻ]mita|xizmat|hukumat|prokuratura|sud|elchi|markaz|idora|матбуот"
    r"|вазир|қўмита|хизмат|ҳукумат|элчи|марказ|министрлі|комитет|қызмет|үкімет|прокуратура|елші|орталы|өкмөт|кызмат|элчи|борбор|вазорат|кумита|хадамот|ҳукумат|додситон)",
    re.IGNORECASE,
)
_ACRONYM = re.compile(r"(?<!\w)[A-ZА-ЯҚҒҲҶӢӮӘІҢҮҰӨЎ]{2,10}[a-zа-яқғҳҷўіңүұөә]{0,4}(?!\w)")
#: Not a name: "he said", "as reported", and what only opens a sentence.
_NOBODY = re.compile(
    r"(?:he|she|it|they|we|i|who|also|which|as|that|он|она|они|оно|это|как|что|об\s+этом|ранее|он[аи]?\s+также|u|ul|ular|у|улар|ол|олар|"
    r"il|elle|ils|elles|er|sie|es|вай|онҳо)",
    re.IGNORECASE,
)


def claimant(sentence: str, language: str | None) -> str | None:
    """Which authority or organisation the sentence names as saying so, as written: "Ministry of Defence".

    None for nobody, for a person without an office, and in languages other than the ledger's eight. Pure; linear, as
    every gap is bounded.
    """
    patterns = _COMPILED.get((language or "").partition("-")[0].casefold(), ())
    found = chain.from_iterable(each.finditer(sentence[:_READ]) for each in patterns)
    names = (one_line(match["who"], _LONGEST).strip(" -–—'’‘") for match in found)
    return next((name for name in names if _is_somebody(name)), None)


def is_office(name: str) -> bool:
    """Whether it names an authority, an organisation or an office, and not just a person: an author, a mother."""
    return bool(_OFFICE.search(name) or _ACRONYM.search(name))


def _is_somebody(name: str) -> bool:
    letters = [word for word in name.split() if word[0].isalpha()]
    return is_office(name) and len(letters) <= 12 and not _NOBODY.fullmatch(name)

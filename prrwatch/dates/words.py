"""The words of dates: months in every language that our sources write, and the day words that stand for a date.

Own tables: dateparser lacks Turkmen and Uzbek forms, compiles every locale on its first odd string (4 s), and
reads many strings that are no date. Each language's words may be inflected; that is what the endings are for.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

#: Per month: Latin and Arabic words taken whole, then Cyrillic and Turkic stems that take endings (marked by "*").
_MONTHS: tuple[str, ...] = (
    (
        "january jan januar jänner januari janvier janv enero ene gennaio gen janeiro ocak yanvar* ýanwar* январ* янв"
        " қаңтар* қаң січня січень يناير ينایر جانفي كانون_الثاني ژانویه"
    ),
    (
        "february feb februar feber februari février fevrier févr fév febrero febbraio fevereiro fev şubat fevral*"
        " fewral*"
        " феврал* фев февр ақпан* ақп лютого лютий فبراير شباط فيفري فوریه"
    ),
    (
        "march mar märz maerz mär maart maret mars marzo março marco mart* март* мар наурыз* нау березня березень"
        " مارس آذار اذار"
    ),
    (
        "april apr april avril avr abril abr aprile aprel* nisan апрел* апр сәуір* сәу квітня квітень"
        " أبريل ابريل إبريل نيسان أفريل آوریل"
    ),
    "may mai mei mayo maggio maio mayıs maý* май* мая мае мамыр* мам травня травень مايو أيار ايار ماي مه",
    (
        "june jun juni juin junio giugno junho haziran iyun* iýun* июн* маусым* мау червня червень يونيو يونيه"
        " حزيران جوان ژوئن"
    ),
    (
        "july jul juli juillet juil julio luglio julho temmuz iyul* iýul* июл* шілде* шіл липня липень يوليو يوليه تموز"
        " جويلية ژوئیه"
    ),
    (
        "august aug augustus agustus août aout agosto ago ağustos avgust* awgust* август* авг тамыз* там серпня серпень"
        " أغسطس اغسطس آب أوت اوت"
    ),
    (
        "september sep sept septembre septiembre settembre setembro eylül"
        " sentabr* sentyabr* sentýabr* сентябр* сен сент"
        " қыркүйек* қыр вересня вересень سبتمبر أيلول ايلول سپتامبر"
    ),
    (
        "october oct oktober okt octobre octubre ottobre outubro ekim oktabr* oktyabr* oktýabr* октябр* окт қазан* қаз"
        " жовтня жовтень أكتوبر اكتوبر تشرين_الأول تشرين_الاول اکتبر"
    ),
    (
        "november nov novembre noviembre novembro kasım noyabr* noýabr* ноябр* ноя нояб қараша* қар листопада листопад"
        " نوفمبر تشرين_الثاني نوامبر"
    ),
    (
        "december dec dezember dez desember décembre decembre déc diciembre dicembre dezembro"
        " aralık dekabr* декабр* дек"
        " желтоқсан* жел грудня грудень ديسمبر كانون_الأول كانون_الاول دسامبر"
    ),
)
#: Tajik and Karakalpak write months without the soft sign and in their own spelling; they fall under the stems above,
#: but for these.
_MORE: tuple[tuple[str, int], ...] = (("октобр*", 10), ("ноёбр*", 11), ("сентябир*", 9), ("мартi", 3), ("мартта", 3))

#: Words and signs that may stand between the parts of one date.
FILLERS = frozenset(
    [
        "of",
        "de",
        "del",
        "the",
        "le",
        "den",
        "der",
        "d",
        "st",
        "nd",
        "rd",
        "th",
        "er",
        "re",
        "º",
        "ª",
        "г",
        "год",
        "года",
        "году",
        "roku",
        "рік",
        "року",
        "yil",
        "yilning",
        "yili",
        "йил",
        "йилнинг",
        "йили",
        "жыл",
        "жылы",
        "жылдың",
        "жылғы",
        "жылдын",
        "жылкы",
        "соли",
        "сол",
        "ýyl",
        "ýylyň",
        "ýylda",
        "ýylyn",
        "nji",
        "njy",
        "inji",
        "ynjy",
        "nchi",
        "чи",
        "нчи",
        "нчы",
        "чы",
        "ши",
        "шы",
        "inchi",
        "ші",
        "сі",
        "ий",
        "ого",
        "го",
        "е",
        "من",
        "عام",
        "سنة",
        "لعام",
        ",",
        ".",
        "-",
        "–",
        "—",
        "/",
        "(",
        ")",
        "|",
        "’",
        "'",
        "‘",
        "ʻ",
    ]
)

_TODAY = (
    "today сегодня bugun бугун бүгін бүгүн имрӯз şugün aujourd'hui heute اليوم bugün vandaag hoy oggi hoje сьогодні"
)
_YESTERDAY = "yesterday вчера kecha кеча кеше кечээ дирӯз düýn hier gestern أمس امس dün gisteren ayer ieri ontem вчора"
#: Day words, as days before the sighting.
DAY_WORDS: dict[str, int] = {
    **dict.fromkeys(_TODAY.split(), 0),
    **dict.fromkeys(_YESTERDAY.split(), 1),
    **dict.fromkeys(("позавчера", "avant-hier", "vorgestern"), 2),
}  # fmt: skip

#: Weekdays from Monday on, as stems.
_WEEKDAYS = (
    "mon понед dushan душан дүйсен дүйшөм duşen montag lundi lunes",
    "tue вторн seshan сешан сейсен шейшемби sişen dienstag mardi martes",
    "wed сред chorshan чоршан сәрсен шаршемби çarşen mittwoch mercredi miércoles",
    "thu четв payshan пайшан бейсен бейшемби penşen donnerstag jeudi jueves",
    "fri пятн juma жума жұма anna freitag vendredi viernes",
    "sat субб shanba шанба сенбі ишемби şen samstag samedi sábado",
    "sun воскр yakshan якшан жексен жекшемби ýekşen sonntag dimanche domingo",
)
_WORD = re.compile(r"[^\W\d_]{3,14}")


def weekday(text: str) -> int | None:
    """0 for Monday to 6, when the text names exactly one day of the week; a short text only."""
    named = {
        number
        for word in _WORD.findall(text.casefold()[-60:])
        for number, stems in enumerate(_WEEKDAYS)
        if any(word.startswith(stem) for stem in stems.split()) and month(word) is None
    }
    return named.pop() if len(named) == 1 else None


#: Units of "3 hours ago": stems, and their length in minutes.
_UNITS: tuple[tuple[str, int], ...] = (
    ("min daqiqa дақиқа дакика минут хвилин دقيقة دقائق dakika minut", 1),
    ("hour hrs hr час соат saat soat сағат саат stunde std heure saat sagat годин ساعة ساعات hora ore uur jam", 60),
    ("day день дня дней kun кун күн рӯз gün tag jour يوم أيام día dia giorni dag hari дні", 1440),
    ("week недел hafta ҳафта апта жума ҳафта hepde woche semaine أسبوع أسابيع semana", 10080),
)
#: What makes "3 hours" lie in the past; before or after the number.
_AGO = "ago назад тому oldin avval олдин аввал бұрын мурун пеш öň vor il منذ قبل önce geleden hace fa atrás lalu"

_AGO_PATTERN = re.compile(r"(?<![^\W\d_])(?:" + "|".join(map(re.escape, _AGO.split())) + r")(?![^\W\d_])")
_COUNT = re.compile(r"(?<!\d)(\d{1,3}|an?|une?|eine[rmn]?|час)\s?([^\W\d_]{1,12})")


@cache
def _exact() -> dict[str, int]:
    words = ((word, number) for number, line in enumerate(_MONTHS, 1) for word in line.split())
    plain = {word.replace("_", " "): number for word, number in words if not word.endswith("*")}
    return plain | {word: number for word, number in _MORE if not word.endswith("*")}


@cache
def _stems() -> tuple[tuple[str, int], ...]:
    stems = [(word[:-1], number) for number, line in enumerate(_MONTHS, 1) for word in line.split() if word[-1] == "*"]
    return (*stems, *((word[:-1], number) for word, number in _MORE if word.endswith("*")))


#: The two-word Levantine months count as one word.
TWO_WORDS = r"تشرين\s+(?:الأول|الاول|الثاني)|كانون\s+(?:الأول|الاول|الثاني)"
_ENDING = 6  #: letters an inflected month may add: "январындағы"


@lru_cache(4096)  # the web has endless words, a page has few
def month(word: str) -> int | None:
    """1 to 12 for a month's name in any of our languages and cases, else None."""
    lowered = " ".join(word.casefold().split())
    if len(lowered) > 20:
        return None
    if lowered in _exact():
        return _exact()[lowered]
    fitting = (number for stem, number in _stems() if lowered.startswith(stem) and len(lowered) <= len(stem) + _ENDING)
    return next(fitting, None)


def minutes_ago(text: str) -> tuple[int, int] | None:
    """(minutes, minutes of the unit) for "3 hours ago" in any of our languages, else None."""
    lowered = text.casefold()
    if len(lowered) > 40 or not _AGO_PATTERN.search(lowered):
        return None
    for match in _COUNT.finditer(lowered):
        unit = _unit(match[2])
        if unit:
            return (int(match[1]) if match[1].isdecimal() else 1) * unit, unit
    return None


def _unit(word: str) -> int | None:
    if word in {"h", "ч", "m", "мин", "d"}:
        return {"h": 60, "ч": 60, "m": 1, "мин": 1, "d": 1440}[word]
    return next((minutes for stems, minutes in _UNITS for stem in stems.split() if word.startswith(stem)), None)

"""Words of any of our scripts in one Latin spelling, so that a name meets itself in another language.

A rough reading of ISO 9 and GOST 7.79 for Russian, Ukrainian, Kazakh, Kyrgyz, Tajik and Uzbek, and of the Arabic
letters, with the spellings that English, French, German and Turkish give to the same sounds folded together: Мирзиёев,
Mirziyoyev, Mirziyoev. Made for comparing, not for reading.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from prrwatch.remembered import WORDS

_ONE_BY_ONE = dict(
    zip(
        "абвгґғдеэєжзиіїйкқлмнңоөпрстуұүфхҳһцчшщыҷәў" + "اأإآبتثجحخدذرزسشصضطظغفقكلمنهويىةئؤپچگکی" + "ıəøðłæœ",
        [
            *[
                "a",
                "b",
                "v",
                "g",
                "g",
                "g",
                "d",
                "e",
                "e",
                "e",
                "j",
                "z",
                "i",
                "i",
                "i",
                "i",
                "k",
                "k",
                "l",
                "m",
                "n",
                "n",
                "o",
                "o",
                "p",
                "r",
                "s",
                "t",
                "u",
                "u",
                "u",
                "f",
                "h",
                "h",
                "h",
                "ts",
                "c",
                "s",
                "s",
                "i",
                "j",
                "a",
                "o",
            ],
            *[
                "a",
                "a",
                "a",
                "a",
                "b",
                "t",
                "t",
                "j",
                "h",
                "h",
                "d",
                "d",
                "r",
                "z",
                "s",
                "s",
                "s",
                "d",
                "t",
                "z",
                "g",
                "f",
                "k",
                "k",
                "l",
                "m",
                "n",
                "h",
                "v",
                "i",
                "a",
                "a",
                "i",
                "u",
                "p",
                "c",
                "g",
                "k",
                "i",
            ],
            *["i", "a", "o", "d", "l", "ae", "oe"],
        ],
        strict=True,
    )
) | {
    "ю": "iu",
    "я": "ia",
    "ё": "io",
    "ъ": "",
    "ь": "",
    "ʻ": "",
    "ʼ": "",
    "ß": "ss",
    "þ": "t",
    "ع": "",
    "ء": "",
    "ӣ": "i",
    "ӯ": "u",
}
_TABLE = str.maketrans(_ONE_BY_ONE)
_MARKS = re.compile(r"[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0640'’‘`´ʻʼ\u00ad-]")
#: One sound, many spellings; applied in this order.
_SOUNDS = (
    (re.compile(r"dzh|dsch|dj"), "j"),
    (re.compile(r"tsch|tch"), "ch"),
    (re.compile(r"sch"), "sh"),
    (re.compile(r"c(?=[eiy])"), "s"),
    (re.compile(r"c(?!h)"), "k"),
    (re.compile(r"ch"), "c"),
    (re.compile(r"sh"), "s"),
    (re.compile(r"zh"), "j"),
    (re.compile(r"kh"), "h"),
    (re.compile(r"gh"), "g"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"th"), "t"),
    (re.compile(r"ts"), "s"),
    (re.compile(r"ou|oo"), "u"),
    (re.compile(r"ee"), "i"),
    (re.compile(r"q"), "k"),
    (re.compile(r"w"), "v"),
    (re.compile(r"y"), "i"),
    (re.compile(r"^ex"), "eks"),
    (re.compile(r"x"), "h"),
    (re.compile(r"^ie"), "e"),
    (re.compile(r"(.)\1+"), r"\1"),
)
_VOWELS = re.compile(r"[aeiou]")
_CASES = re.compile(
    r"(?<=[a-z]{4})(?:n[iu]n?g?|din|tin|dan|tan|den|ten|don|ga|ge|ka|ke|di|ti|da|de|ta|te|om|oi|im|mi)$"
)
#: "The", "and the", "in the" before an Arabic word.
_ARTICLE = re.compile(r"^[وبلف]?ال(?=..)|^لل(?=..)")
SKELETON = 5  #: consonants of a name that are compared: what follows is a case ending more often than not
_SHORTEST = 3


@lru_cache(maxsize=WORDS)
def latin(word: str) -> str:
    """The word in lower-case Latin letters, one letter for one sound; digits and signs stay as they are."""
    folded = word.casefold().replace("ў", "o").replace("ё", "io")
    folded = folded.translate(_TABLE)
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", folded)).translate(_TABLE)
    for spelling, sound in _SOUNDS:
        plain = spelling.sub(sound, plain)
    return plain


def bare(word: str) -> str:
    """An Arabic word without its article and the short words that are written to it: "and the", "in the"."""
    return _ARTICLE.sub("", word)


@lru_cache(maxsize=WORDS)
def skeleton(word: str) -> str:
    """The consonants of a name without its case ending, at most five; "" where too few are left to tell names apart.

    Vowels are what transliterations disagree on: Zubaydullo, Зубайдулло, Zoubaïdoullo. One in front counts as a place.
    """
    name = _CASES.sub("", latin(word))
    bones = ("a" if name[:1] in set("aeiou") else "") + re.sub(r"(.)\1+", r"\1", _VOWELS.sub("", name))
    return bones[:SKELETON] if len(bones) >= _SHORTEST else ""

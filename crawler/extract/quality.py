"""Which pages are no articles although they came with status 200: challenges, walls, shells, menus, kind errors.

trafilatura took all six kinds for articles (measured). A false refusal loses a document, so each rule asks for
two signs: the words, and that there is little else to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate

from crawler.extract.page import Line
from crawler.extract.unusable import Unusable
from prrwatch.crawl import Reason

_CHALLENGE = re.compile(
    r"just a moment\.\.\.|checking (?:if the site|your browser)|attention required! \| cloudflare|"
    r"verif(?:y|ying) (?:that )?you are (?:a )?(?:human|not a robot)|ddos-guard|ddos protection by|"
    r"incapsula incident|"
    r"request unsuccessful|access (?:to this page has been )?denied|enable javascript and cookies to continue|"
    r"are you a (?:robot|human)|"
    r"unusual traffic|(?:complete|solve) (?:the|a) captcha|one more step|security check|"
    r"please enable js and disable any ad ?blocker|"
    r"проверка (?:вашего )?браузера|подтвердите, что (?:вы|запросы)|доступ (?:к \w+ )?(?:ограничен|запрещ[её]н)|"
    r"вы не робот|"
    r"robot emasligingizni|робот эмаслигингизни",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"(?:^|\berror\W{1,3}|^\W*)404\b|page (?:was |is )?not found|nothing (?:was )?found|"
    r"(?:page|article|story|content) (?:that )?(?:you (?:are|were|requested)|(?:no longer|does not|doesn.t) exists?|"
    r"(?:is )?no longer available|(?:cannot|could not|can.t) be found)|"
    r"(?:страниц\w|материал|запись|новость) (?:по данному адресу )?(?:не найден\w?|не существует|удал[её]н\w?)|"
    r"запрашиваем\w+ страниц\w+|"
    r"sahifa topilmadi|саҳифа топилмади|(?:бет|парақ)\w* табылмады|барак\w* табылган жок|саҳифа ёфт нашуд|"
    r"sahypa tapylmady|"
    r"seite (?:wurde )?nicht gefunden|page (?:introuvable|non trouvée)|página (?:no|não) (?:encontrad|exist)|"
    r"não existe|pagina non trovata|"
    r"sayfa bulunamadı|الصفحة (?:غير موجودة|المطلوبة)|لم يتم العثور",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"cookie|consent|gdpr|privacy|personal data|our (?:\d+ )?partners|куки|персональных данных|datenschutz|"
    r"einwilligung|données personnelles",
    re.IGNORECASE,
)
_SCRIPT = re.compile(
    r"(?:enable|requires?|need|turn on|включите|activate|aktivieren)\s.{0,30}java\s?script|"
    r"java\s?script (?:is )?(?:disabled|required|to run)|java\s?script.{0,20}(?:отключ|включ)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?…։؟。۔।]")
_LETTER = re.compile(r"[^\W\d_]")
_SHORT = 1500  #: code points; whoever has more to say than this has an article, whatever words stand in it
_LEAST = 40  #: code points of a sentence
_VARIED = 12  #: different characters at least in a sentence
LEAST_PROSE = 80  #: code points of prose that make a short item; the shortest of 181 real articles has 210


def judged(title: str, text: str, page: Sequence[Line], hidden: str = "") -> Unusable | None:
    """Why this page is no article, or None. `page` are its visible lines, `hidden` what stands in `noscript`."""
    if len(text) >= _SHORT and _has_prose(text, page):
        return None
    return _judged(title, text, page, hidden)


def _judged(title: str, text: str, page: Sequence[Line], hidden: str) -> Unusable | None:
    visible = "\n".join(line.text for line in page)[: 10 * _SHORT]
    heads = "\n".join((title, *(line.text for line in page if line.element.tag == "h1")))
    short = len(text) < _SHORT
    bare = len(visible) < 2 * _SHORT
    if short and (_CHALLENGE.search(heads) or (bare and _CHALLENGE.search(f"{visible}\n{text}"))):
        return Unusable(Reason.CHALLENGE, "the site asks for proof that we are human")
    if short and (_GONE.search(heads) or (bare and len(text) < _SHORT / 3 and _GONE.search(text))):
        return Unusable(Reason.HTTP_404, "answered 200, but says that the page is not there")
    prose = list(_prose(text, page))
    if short and prose and all(_CONSENT.search(line) for line in prose):
        return Unusable(Reason.CHALLENGE, "a wall of consent instead of the article")
    if sum(map(len, prose)) >= LEAST_PROSE:
        return None
    if _SCRIPT.search(f"{visible}\n{hidden}") or len(visible) < _LEAST:
        return Unusable(Reason.EMPTY, "no text without JavaScript")
    return Unusable(Reason.EMPTY, "a menu or a list, no article")


def _has_prose(text: str, page: Sequence[Line]) -> bool:
    """As soon as that can be said: most pages begin with it."""
    return any(letters >= LEAST_PROSE for letters in accumulate(map(len, _prose(text, page))))


def _prose(text: str, page: Sequence[Line]) -> Iterator[str]:
    """The sentences of a text that are no links."""
    links = {line.text for line in page if line.linked > 0.6 * len(line.text)}
    return (line for line in text.splitlines() if line not in links and is_prose(line))


def is_prose(line: str) -> bool:
    """A sentence, not an entry of a list, and made of words."""
    sample = line[:1000]
    if len(sample) < _LEAST or not _SENTENCE.search(sample):
        return False
    return len(set(sample)) >= _VARIED and len(_LETTER.findall(sample)) >= 0.4 * len(sample.replace(" ", ""))

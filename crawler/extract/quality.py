"""Which pages are no articles although they came with status 200: challenges, walls, shells, menus, kind errors."""

from __future__ import annotations

import re

from crawler.extract.unusable import Unusable
from prrwatch.crawl import Reason

_CHALLENGE = re.compile(
    r"just a moment\.\.\.|checking (?:if the site|your browser)|attention required! \| cloudflare|verif(?:y|ying) (?:that )?you are (?:a )?human|"
    r"ddos-guard|ddos protection by|incapsula incident|request unsuccessful|access denied|enable javascript and cookies to continue|"
    r"are you a robot|unusual traffic|complete the captcha|security check|please enable js and disable any ad blocker|"
    r"проверка (?:вашего )?браузера|подтвердите, что вы (?:не робот|человек)|доступ (?:ограничен|запрещ[её]н)|вы не робот",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"\b(?:error )?404\b|page (?:was )?not found|(?:page|article|story) (?:you (?:are|were) looking for|(?:no longer|does not|doesn.t) exists?|is no longer available|cannot be found|could not be found)|nothing found|"
    r"страница (?:не найдена|не существует|удалена)|материал не найден|запрашиваем\w+ страниц\w+|sahifa topilmadi|саҳифа топилмади|бет табылмады|барак табылган жок|саҳифа ёфт нашуд|"
    r"seite nicht gefunden|page (?:introuvable|non trouvée)|الصفحة غير موجودة",
    re.IGNORECASE,
)
_CONSENT = re.compile(r"cookie|consent|gdpr|privacy polic|personal data|our partners|куки|персональных данных|datenschutz", re.IGNORECASE)
_SCRIPT = re.compile(r"(?:enable|requires?|need|turn on|включите|activate)\s.{0,30}java\s?script|javascript (?:is )?(?:disabled|required)|java\s?script.{0,20}(?:отключ|включ)", re.IGNORECASE)
_END = re.compile(r"[.!?…»\"”)։؟。:;]\s*$")
_SHORT = 1500  #: code points; whoever has more to say than this has an article, whatever words stand in it
LEAST_PROSE = 80


def judged(title: str, text: str, page: str) -> Unusable | None:
    """Why this page is no article, or None. `page` is all its visible text."""
    head = f"{title}\n{text[:_SHORT]}\n{page[:_SHORT]}"
    short = len(text) < _SHORT
    if short and _CHALLENGE.search(f"{title}\n{text}" if len(page) > 2 * _SHORT else head):
        return Unusable(Reason.CHALLENGE, "the site asks for proof that we are human")
    if _GONE.search(title) or (short and _GONE.search(text) and len(page) < 4 * _SHORT):
        return Unusable(Reason.HTTP_404, "answered 200, but says that the page is not there")
    prose = [line for line in text.splitlines() if is_prose(line)]
    if short and prose and all(_CONSENT.search(line) for line in prose):
        return Unusable(Reason.CHALLENGE, "a wall of consent instead of the article")
    if sum(map(len, prose)) >= LEAST_PROSE:
        return None
    if _SCRIPT.search(head) or len(page) < 40:
        return Unusable(Reason.EMPTY, "no text without JavaScript")
    return Unusable(Reason.EMPTY, "a menu or a list, no article")


def is_prose(line: str) -> bool:
    """A sentence, not an entry of a list."""
    return len(line) >= 40 and (bool(_END.search(line)) or len(line) >= 120)

"""What a sample site answers: pure, from its pages, the day and the address it is served at."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from functools import cache
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from scheduler.demo.exchange import Answer, Request
from scheduler.demo.pages import FOLDER, Article, Pages, View
from scheduler.demo.pdf import pdf

_FOUNDED = datetime(2026, 1, 12, 8, tzinfo=UTC)  # when pages without articles last changed
SOON = timedelta(days=3)
_TASHKENT = timezone(timedelta(hours=5))
_ENGLISH = "January February March April May June July August September October November December"
_RUSSIAN = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"


def answer(pages: Pages, day: int, base: str, request: Request) -> Answer:
    """The honest answer: a view, an article of that day or an earlier one, or 404."""
    shown = {path: _with_days(article) for path, article in pages.shown(day).items()}
    if view := pages.view(request.path):
        return _view(pages, view, tuple(shown.values()), base, _page_number(request))
    if article := shown.get(request.path):
        return _article(pages, article, base)
    return Answer(404, _render(pages, "missing.html", base, title="Page not found").encode())


def _with_days(article: Article) -> Article:
    """`{soon}` in a text is the day after the day after tomorrow: something must always be about to happen."""
    soon = written(datetime.now(UTC) + SOON, article.language)
    return replace(article, text=tuple(part.replace("{soon}", soon) for part in article.text))


def _view(pages: Pages, view: View, shown: tuple[Article, ...], base: str, number: int) -> Answer:
    listed = [article for article in shown if view.language in ("", article.language)]
    start = number * view.per_page
    articles = listed[start : start + view.per_page]
    more = number + 1 if len(listed) > start + view.per_page else None
    body = _render(pages, view.template, base, articles=articles, more=more, view=view, title=view.title)
    modified = max((article.changed for article in articles), default=_FOUNDED)
    return Answer(view.status, body.encode(), view.media_type, modified=modified)


def _article(pages: Pages, article: Article, base: str) -> Answer:
    if article.path.endswith(".pdf"):
        body = pdf(article.title, article.text, article.published)
        return Answer(200, body, "application/pdf", modified=article.changed)
    page = _render(pages, "article.html", base, article=article, title=article.title)
    return Answer(200, page.encode(), modified=article.changed)


def _page_number(request: Request) -> int:
    """Zero-based, as Drupal counts; what is no number is the first page."""
    [number] = parse_qs(request.target.partition("?")[2]).get("page", ["0"])[-1:]
    return int(number) if number.isdecimal() and len(number) < 5 else 0


def _render(pages: Pages, template: str, base: str, **context: object) -> str:
    return _environment().get_template(f"{pages.name}/{template}").render(site=pages, base=base, **context)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(["html", "xml"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "written": written,
        "rfc822": format_datetime,
        "iso": datetime.isoformat,
        "local": lambda instant: instant.astimezone(_TASHKENT),
    }
    return environment


def written(day: datetime, language: str = "en") -> str:
    """As people write it: `6 May 2026`, `6 мая 2026`."""
    months = (_RUSSIAN if language == "ru" else _ENGLISH).split()
    return f"{day.day} {months[day.month - 1]} {day.year}"

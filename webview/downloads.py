"""What the pages give to take away: the same files that `prrwatch export` and `prrwatch bundle` write."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from prrwatch import __version__, outlets
from prrwatch.bundle import Made, Originals, covered, files, pack, without_addresses
from prrwatch.outlets.calendar import ics
from prrwatch.outlets.citations import bibtex, csl
from prrwatch.outlets.tables import csv_lines, json_lines, table
from storage import dossier, handing
from storage.stories import surviving
from webview import saved
from webview.pages import Request
from webview.pages.queries import answer

_FEED = 100  #: stories in a feed
_CSV, _LINES = "text/csv; charset=utf-8; header=present", "application/x-ndjson"
_BIBTEX, _CSL = "application/x-bibtex; charset=utf-8", "application/vnd.citationstyles.csl+json"


@dataclass(frozen=True, slots=True)
class File:
    """A file with the name that a browser saves it under."""

    name: str
    media_type: str
    whole: bytes

    @property
    def tag(self) -> str:
        """Its entity tag (RFC 9110, section 8.8.3): the same bytes have the same."""
        return f'"{sha256(self.whole).hexdigest()[:32]}"'


Download = Callable[[Request], File | None]


def calendar(request: Request) -> File:
    """The events, for calendar programs to subscribe to."""
    return _file(
        "prrwatch.ics", "text/calendar; charset=utf-8", [ics(handing.calendar(request.store, request.site.names))]
    )


def feed(request: Request) -> File:
    """The latest stories, for feed readers."""
    found = tuple(handing.latest_stories(request.store, _FEED, request.site.names))
    return _file("stories.atom", "application/atom+xml; charset=utf-8", [outlets.atom(found, request.now)])


def csv(request: Request) -> File:
    """One of the tables of `prrwatch export`, as CSV."""
    found = handing.records(request.store, request.asked.name, request.site.names)
    return _file(f"{request.asked.name}.csv", _CSV, csv_lines(*table(found)))


def lines(request: Request) -> File:
    """The same as JSON lines."""
    found = handing.records(request.store, request.asked.name, request.site.names)
    return _file(f"{request.asked.name}.jsonl", _LINES, json_lines(*table(found)))


def references(request: Request) -> File:
    """Citations of all relevant documents, for BibTeX."""
    return _file("prrwatch.bib", _BIBTEX, bibtex(handing.records(request.store, "citations", request.site.names)))


def csl_references(request: Request) -> File:
    """The same as CSL-JSON."""
    return _file("prrwatch.csl.json", _CSL, [csl(handing.records(request.store, "citations", request.site.names))])


def story_references(request: Request) -> File:
    """Citations of one story's documents, for BibTeX."""
    story = _story(request)
    found = handing.story_citations(request.store, story, request.site.names)
    return _file(f"{story}.bib", _BIBTEX, bibtex(found))


def story_csl_references(request: Request) -> File:
    """The same as CSL-JSON."""
    story = _story(request)
    return _file(f"{story}.csl.json", _CSL, [csl(handing.story_citations(request.store, story, request.site.names))])


def bundle(request: Request) -> File | None:
    """One story's evidence without the originals, in which no name could be covered; None: no such story."""
    story = _story(request)
    found = dossier.dossier(request.store, story)
    if found is None:
        return None
    hidden = request.hidden([story])
    made = Made(request.now, f"prrwatch {__version__}", Originals.LEFT_OUT, request.site.names)
    target = BytesIO()
    pack(target, story, files(without_addresses(covered(found, hidden), hidden), made, _none), made)
    return File(f"{story}.zip", "application/zip", target.getvalue())


def answer_csv(request: Request) -> File | None:
    """The answer of a saved question, as CSV."""
    question = saved.question(request.asked.name)
    if question is None:
        return None
    found = answer(request, question)
    return _file(f"{question.name}.csv", _CSV, csv_lines(found.columns, found.rows))


def answer_lines(request: Request) -> File | None:
    """The same as JSON lines."""
    question = saved.question(request.asked.name)
    if question is None:
        return None
    found = answer(request, question)
    return _file(f"{question.name}.jsonl", _LINES, json_lines(found.columns, found.rows))


_STORY = r"^/story/(?P<name>[A-Za-z0-9._-]{1,80})"
_QUERY = r"^/queries/(?P<name>[a-z0-9-]{1,80})"
_TABLES = r"^/export/(?P<name>relevant|stories|figures|events|citations)"
#: Every file with the pattern of its path.
DOWNLOADS: tuple[tuple[str, Download], ...] = (
    (r"^/calendar\.ics$", calendar),
    (r"^/export/stories\.atom$", feed),
    (r"^/export/citations\.bib$", references),
    (r"^/export/citations\.csl\.json$", csl_references),
    (rf"{_TABLES}\.csv$", csv),
    (rf"{_TABLES}\.jsonl$", lines),
    (rf"{_STORY}/citations\.bib$", story_references),
    (rf"{_STORY}/citations\.csl\.json$", story_csl_references),
    (rf"{_STORY}/evidence\.zip$", bundle),
    (rf"{_QUERY}/answer\.csv$", answer_csv),
    (rf"{_QUERY}/answer\.jsonl$", answer_lines),
)


def _story(request: Request) -> str:
    return surviving(request.store, request.asked.name) or request.asked.name


def _file(name: str, media_type: str, parts: Iterable[str]) -> File:
    return File(name, media_type, "".join(parts).encode("utf-8", "replace"))


def _none(_sha256: str) -> None:
    return None

"""Bytes that came but hold no article."""

from __future__ import annotations

from dataclasses import dataclass

from prrwatch.crawl import Reason
from prrwatch.document import Document


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why a body is no document: a stable class, and words for the operator."""

    reason: Reason
    detail: str
    #: what could be read nevertheless, where a page is itself but holds no article (a list, a script); never to be
    #: filed
    remains: Document | None = None

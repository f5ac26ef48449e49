"""Bytes that came but hold no article."""

from __future__ import annotations

from dataclasses import dataclass

from prrwatch.crawl import Reason


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why a body is no document: a stable class, and words for the operator."""

    reason: Reason
    detail: str

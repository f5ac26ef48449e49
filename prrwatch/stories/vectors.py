"""Weighted words and facts as vectors: what two have in common."""

from __future__ import annotations

from math import sqrt

from prrwatch.stories.record import Weights


def common(one: Weights, other: Weights) -> dict[str, float]:
    """The keys of both, each with its smaller weight."""
    return {key: min(one[key], other[key]) for key in one.keys() & other.keys()}


def covered(lead: Weights, words: Weights) -> float:
    """The share of the one, by weight, that stands in the other too, 0 to 1."""
    whole = sum(lead.values())
    return sum([weight for stem, weight in lead.items() if stem in words]) / whole if whole else 0.0


def product(one: Weights, other: Weights) -> float:
    """The cosine of two vectors of length 1."""
    few, many = (one, other) if len(one) < len(other) else (other, one)
    return sum([weight * many[stem] for stem, weight in few.items() if stem in many])  # a list: half as long again


def cosine(one: Weights, other: Weights) -> float:
    """The cosine of two vectors of any length."""
    length = sqrt(sum([weight * weight for weight in one.values()]) * sum([each * each for each in other.values()]))
    return sum(one[stem] * other[stem] for stem in one.keys() & other.keys()) / length if length else 0.0

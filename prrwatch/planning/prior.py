"""What is believed of a source before it has shown anything: its class, corrected by what the whole fleet has shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from math import exp, log, log1p

from prrwatch.planning.rhythm import Rhythm
from prrwatch.source import Kind, Source


@dataclass(frozen=True, slots=True)
class Prior:
    """Means of the priors of publication and relevance, and the weight of the former in days watched."""

    items_per_day: float
    relevant_share: float  #: of the items
    days: float = 1.0  #: publication shows within days, so little is presumed


#: Relevant shares within a class differ tenfold and more: lognormal, with this standard deviation of the log.
_SPREAD = 1.2
#: Where a belief is evaluated, in its own standard deviations from its mode.
_PLACES = tuple(place / 2 for place in range(-10, 14))
#: Steps to the mode: each at least halves what is left, mostly squares it.
_STEPS = 12
#: No source is believed to be relevant beyond this share.
_MOST = 0.9

#: Items a day and the relevant share of them by who speaks: guesses of the founders, which the first weeks overrule.
_CLASS = {
    Kind.OFFICIAL: (2.0, 0.03),
    Kind.MEDIA: (15.0, 0.006),
    Kind.SYNDICATOR: (30.0, 0.003),
    Kind.FORUM: (5.0, 0.006),
}
#: The operator's tier says how much is hoped for.
_TIER = {1: 2.0, 2: 1.0, 3: 0.5}
#: A class mean is believed as much as the evidence of so many well-known sources.
_CLASS_WEIGHT = 3.0
#: A source with so many judged documents counts half as well-known.
_HALF_KNOWN = 30.0
#: The wish counts as a hint of relevance, but not beyond this factor.
_WISH_LIMIT = 4.0


def class_prior(source: Source) -> Prior:
    """The prior of the source's class and tier, before anything was seen."""
    items, share = _CLASS[source.kind]
    return Prior(items, min(share * _TIER.get(source.tier, 1.0), 0.5))


def posterior_share(prior: Prior, judged: float, relevant: float) -> float:
    """The share of relevant documents that is to be expected, after `relevant` of `judged` were.

    The posterior mean under a lognormal prior, by quadrature. Its tail is what a Beta prior of the same variance lacks:
    that one has most of its mass at nothing, and gives a quiet source up after thirty irrelevant documents.
    """
    middle = log(prior.relevant_share) - _SPREAD * _SPREAD / 2
    mode, width = _mode(middle, judged, relevant)
    places = [mode + width * place for place in _PLACES]
    shares = [min(exp(place), _MOST) for place in places]
    barren = max(judged - relevant, 0.0)
    logs = [
        relevant * log(share) + barren * log1p(-share) - ((place - middle) / _SPREAD) ** 2 / 2
        for place, share in zip(places, shares, strict=True)
    ]
    best = max(logs)
    beliefs = [exp(each - best) for each in logs]
    return sum(belief * share for belief, share in zip(beliefs, shares, strict=True)) / sum(beliefs)


def _mode(middle: float, judged: float, relevant: float) -> tuple[float, float]:
    """Where the belief of the log of the share is highest, and its standard deviation there (counts as Poisson).

    By Newton's method from the right, where it cannot overshoot: the derivative falls and is concave.
    """
    precision = 1 / (_SPREAD * _SPREAD)
    place = max(middle, log(relevant / judged)) if judged and relevant else middle
    for _ in range(_STEPS):
        awaited = judged * exp(place)
        place += (relevant - awaited - precision * (place - middle)) / (precision + awaited)
    return place, float((precision + judged * exp(place)) ** -0.5)


def fleet_priors(sources: Iterable[Source], rhythms: Mapping[str, Rhythm]) -> dict[str, Prior]:
    """A prior for each source: its class's, with the relevant share that the sources of its class and tier have shown.

    This is empirical Bayes in its simplest form: the mean of the shares, each weighted by how well it is known, so that
    no large source outvotes the quiet ones. A source that the operator wants read more often than its peers is hoped
    to be more relevant: the optimal interval goes with the root of the relevance rate (see `moment`), but a wish is
    worth less than the square of it, so it counts once.
    """
    all_sources = list(sources)
    priors = {}
    for kind in Kind:
        of_kind = [source for source in all_sources if source.kind is kind]
        scale = _shown(of_kind, rhythms, 1.0)
        for tier in {source.tier for source in of_kind}:
            peers = [source for source in of_kind if source.tier == tier]
            of_tier = _shown(peers, rhythms, scale)
            for source in peers:
                prior = class_prior(source)
                share = min(prior.relevant_share * of_tier * _wish(source, peers), 0.5)
                priors[source.id] = Prior(prior.items_per_day, share)
    return priors


def _shown(sources: list[Source], rhythms: Mapping[str, Rhythm], presumed: float) -> float:
    """By how much the sources are more relevant than their class priors say, if `presumed` was thought before."""
    weight, total = _CLASS_WEIGHT, _CLASS_WEIGHT * presumed
    for source in sources:
        rhythm = rhythms.get(source.id)
        if rhythm is None or not rhythm.judged:
            continue
        known = rhythm.judged / (rhythm.judged + _HALF_KNOWN)
        weight += known
        total += known * rhythm.relevant / rhythm.judged / class_prior(source).relevant_share
    return total / weight


def _wish(source: Source, peers: list[Source]) -> float:
    wishes = sorted(peer.every for peer in peers)
    usual = wishes[len(wishes) // 2]
    return min(max(usual / max(source.every, timedelta(seconds=1)), 1 / _WISH_LIMIT), _WISH_LIMIT)

"""Weighs a document: which rules find all their proofs, where, and what speaks against."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import fsum

from prrwatch.relevance.hits import ByConcept, Hit, hits, names
from prrwatch.relevance.layout import READ, Layout, Place, headed, lay_out
from prrwatch.relevance.phases import phases
from prrwatch.relevance.pictures import Seen, seen
from prrwatch.relevance.ruleset import Picture, Rule, Ruleset
from prrwatch.verdict import Entity, Evidence, Field, Verdict

LINE = 1.0  #: relevant from here on
_WORTH = {Place.TITLE: 1.2, Place.LEAD: 1.0, Place.BODY: 0.65, Place.TAIL: 0.4, Place.MENU: 0.0}
_OPENING = 25  #: words after the title in which a text says what it is about
_SOON = 60  #: and in which a lone sentence is no aside, unless it closes the text: pages begin with crumbs and bylines
_ASIDE_FROM = 40  #: words of a text that is long enough to have asides
_ASIDE = 0.75  #: the share of a lone proof that counts when neither title nor opening is part of it
_AGAIN = 0.14  #: what a further sentence with a proof of its own adds
_AGAIN_MOST = 0.6
_BESIDE = 14  #: words around a proof in which a confuser speaks against it
_LED_BY = 0.5  #: the share of a confuser's weight that counts when it leads the document
_APART = 0.65  #: the share of a picture that must also stand outside of its strongest sentence
#: what one mention of a confuser says against a picture
_SAID = {Place.TITLE: 1.0, Place.LEAD: 0.7, Place.BODY: 0.4, Place.TAIL: 0.2, Place.MENU: 0.0}
_SAID_MOST = 2.0
_PART = 0.85  #: what remains of it when that sentence alone has one of its needs
_FULL = 0.96  #: the worth that makes a document relevant: where open cases lose as much to noise as to silence
_LATE_FROM = 0.6  #: the share of a document after which what first comes up is an afterthought
_LATE = 0.85  #: what remains of a picture whose subject (its first need) first comes up there
_DEEP = 0.85  #: the share of a picture that counts when nothing of it stands in title or lead
_HINT = 0.05  #: what a concept is worth that proves nothing yet
_COUNTRY_WITHIN = 40  #: words around a proof in which a country is that of the people
_MOST_EVIDENCE = 60
_TRIAL_ONLY = 0.7  #: what remains of a picture of a trial in which nobody went there or came back
_CAME = frozenset({"returnee", "repatriation", "homecoming", "flight", "operation", "council", "debate", "case"})
_WENT_OR_CAME = _CAME | {"camp", "zone", "journey", "fought", "past"}
#: concepts that name the subject: with one of them in the opening the text is about it
_NAMING = frozenset({"affiliate", "returnee", "camp", "council", "operation", "case"})
#: concepts of many a text that has nothing to do with the subject: they place no mention
_COMMON = frozenset({"rehab", "reint", "people", "trial", "settling", "home", "kin", "care"})


@dataclass(frozen=True, slots=True)
class Proof:
    """One rule with all that it wants, in one place of the document."""

    rule: Rule | Picture
    hits: tuple[Hit, ...]
    worth: float  #: weight by place, less what speaks against it beside it


def judge(title: str | None, text: str, language: str | None, ruleset: Ruleset) -> Verdict:
    """What the ruleset says of a document; `score` >= 1.0 is relevant.

    Pure; takes any text, never raises; reads the first 30,000 characters (`layout.READ`), so its time is bounded. Every
    evidence and entity resolves: `field[start:end] == quote`.
    """
    title = title or None
    written = headed(title) + text[:READ]
    could_be = ruleset.gate.opens_for(written)
    if not could_be and next(ruleset.naming.finds(written), None) is None:
        return Verdict(relevant=False, score=0.0, phases=(), evidence=(), ruleset=ruleset.fingerprint)
    layout = lay_out(title, text)
    found = hits(layout, language, ruleset) if could_be else names(layout, ruleset)
    proofs = _proofs(found, layout, ruleset)
    score = _score(proofs, found, layout, ruleset)
    relevant = score >= LINE
    cited = _cited(proofs, found)
    return Verdict(
        relevant=relevant,
        score=round(score, 3),
        phases=phases(found, ruleset.phases) if proofs else (),
        evidence=tuple(_evidence(layout, title, rule, hit) for rule, hit in cited),
        ruleset=ruleset.fingerprint,
        countries=_countries(proofs, found),
        entities=_entities(layout, title, found),
    )


def could_match(page: str, ruleset: Ruleset) -> bool:
    """Whether a text extracted from the page could be relevant; False only when none could, whatever is extracted.

    `page`: the decoded source of the page; when the title comes from elsewhere, put it before, on a line of its own.
    Pure; takes any text, never raises. For pages that hold nothing of the subject: a look at each character.
    """
    return ruleset.gate.opens(page)


def _proofs(found: Sequence[Hit], layout: Layout, ruleset: Ruleset) -> list[Proof]:
    """The best proof of each sentence, best first."""
    against = [hit for hit in found if hit.term.confuser is not None]
    parts = [ByConcept(part) for part in _parts(found, layout)]
    best: dict[int, Proof] = {}
    for rule, part in product(ruleset.rules, parts):
        for proven in _firings(rule, part):
            proof = Proof(rule, proven, _worth(rule, proven, against, ruleset))
            sentence = proven[0].sentence
            if sentence not in best or proof.worth > best[sentence].worth:
                best[sentence] = proof
    whole = [_whole(each, against, layout, ruleset) for each in seen(found, ruleset.pictures)]
    return sorted((proof for proof in (*best.values(), *whole) if proof.worth > 0), key=lambda proof: -proof.worth)


def _parts(found: Sequence[Hit], layout: Layout) -> list[Sequence[Hit]]:
    """What a proof is sought in: the document, or each item of a round-up."""
    if not layout.is_roundup:
        return [found]
    items: dict[int, list[Hit]] = defaultdict(list)
    for hit in found:
        items[layout.written.count("\n", 0, hit.start)].append(hit)
    return list(items.values())


def _whole(told: Seen, against: Sequence[Hit], layout: Layout, ruleset: Ruleset) -> Proof:
    """A picture as a proof: its weight, as far as the document is about it, less what speaks against it."""
    first, last = told.hits[0].position - _BESIDE, max(hit.last for hit in told.hits) + _BESIDE
    beside = [hit for hit in against if first <= hit.position <= last]
    worth = told.weight * _about(told, layout) - told.picture.doubt * _said(beside, ruleset)
    is_late = told.named >= max(layout.title_words + _OPENING, _LATE_FROM * layout.length)
    if _is_trial_only(told):
        worth *= _TRIAL_ONLY
    return Proof(told.picture, told.hits, worth * _LATE if is_late else worth)


def _is_trial_only(told: Seen) -> bool:
    """Whether somebody is tried, and nothing says that anybody went there or came back."""
    traits = {hit.term.concept for hit in told.hits}
    return "trial" in traits and traits.isdisjoint(_WENT_OR_CAME)


def _said(against: Sequence[Hit], ruleset: Ruleset) -> float:
    """What the confusers weigh: each by how often it is named, and where."""
    share: dict[str, float] = defaultdict(float)
    for hit in against:
        share[hit.term.confuser or ""] += _SAID[hit.place]
    return sum(min(_SAID_MOST, part) * ruleset.confusers[each].weight for each, part in share.items())


def _about(told: Seen, layout: Layout) -> float:
    """The share of a picture that counts: less when one sentence after the opening makes most of it up."""
    opening = layout.title_words + _OPENING
    share = 1.0 if any(hit.place in (Place.TITLE, Place.LEAD) for hit in told.hits) else _DEEP
    if told.strongest >= opening:
        share *= min(1.0, told.apart / (_APART * told.weight)) * (1.0 if told.is_whole else _PART)
    return share


def _firings(rule: Rule, by_concept: ByConcept) -> Iterator[tuple[Hit, ...]]:
    if not all(by_concept.has(need) for need in rule.needs):
        return
    needs = sorted(rule.needs, key=lambda need: len(by_concept.of(need)))
    for anchor in by_concept.of(needs[0]):
        proven = _complete((anchor,), needs[1:], rule, by_concept)
        if proven is not None:
            yield proven


def _is_scattered(proven: Sequence[Hit]) -> bool:
    """Whether more than one sentence is needed; the title goes with each, and so does a camp once it was named."""
    return len({hit.sentence for hit in proven if hit.place is not Place.TITLE and hit.term.concept != "camp"}) > 1


def _complete(
    proven: tuple[Hit, ...], needs: Sequence[frozenset[str]], rule: Rule, by_concept: ByConcept
) -> tuple[Hit, ...] | None:
    """`proven` and the nearest hit for each further need, none sharing a word with another."""
    if not needs:
        return proven
    for hit in by_concept.near(needs[0], proven[0], rule.within)[:6]:
        more = (*proven, hit)
        if not any(hit.overlaps(other) for other in proven) and not (rule.sentence and _is_scattered(more)):
            complete = _complete(more, needs[1:], rule, by_concept)
            if complete is not None:
                return complete
    return None


def _worth(rule: Rule, proven: Sequence[Hit], against: Sequence[Hit], ruleset: Ruleset) -> float:
    place = sum(_WORTH[hit.place] for hit in proven) / len(proven)
    first = min(hit.position for hit in proven) - _BESIDE
    last = max(hit.last for hit in proven) + _BESIDE
    beside = {hit.term.confuser for hit in against if first <= hit.position <= last}
    less = rule.doubt * fsum(ruleset.confusers[each].weight for each in beside if each)
    return (rule.weight - less) * place


def _score(proofs: Sequence[Proof], found: Sequence[Hit], layout: Layout, ruleset: Ruleset) -> float:
    """The best proof with what the others add; for a mention in passing the better of mention and picture."""
    if not proofs:
        hints = {hit.term.concept for hit in found if hit.term.concept}
        return min(0.5, _HINT * len(hints))
    # a round-up is led by none of its items
    led_by = {hit.term.confuser for hit in found if hit.place in (Place.TITLE, Place.LEAD) and not layout.is_roundup}
    led = _LED_BY * fsum(ruleset.confusers[each].weight for each in led_by if each)
    mentions = [proof for proof in proofs if isinstance(proof.rule, Rule)]
    if _is_aside(mentions, found, layout):
        pictures = [proof for proof in proofs if isinstance(proof.rule, Picture)]
        return max(_ASIDE * _sum(mentions, led), _sum(pictures, led))
    return _sum(proofs, led)


def _sum(proofs: Sequence[Proof], led: float) -> float:
    """The best proof, a little for each further, less what the confusers of title and lead take off."""
    if not proofs:
        return 0.0
    again = min(_AGAIN_MOST, sum(_AGAIN * proof.worth for proof in proofs[1:]))
    doubt = proofs[0].rule.doubt if isinstance(proofs[0].rule, Rule) else 0.0  # a picture has weighed its confusers
    return max(0.0, (proofs[0].worth + again - led * doubt) / _FULL)


def _is_aside(mentions: Sequence[Proof], found: Sequence[Hit], layout: Layout) -> bool:
    """Whether one sentence further down is all that a rule finds, and nothing opens the text: a mention in passing."""
    naming = [hit for proof in mentions for hit in proof.hits if hit.term.concept not in _COMMON]
    sentences = {hit.sentence for hit in naming}
    is_lone = len(sentences) == 1 and layout.length > _ASIDE_FROM and not layout.is_roundup
    opening = layout.title_words + (_OPENING if layout.closing_sentence in sentences else _SOON)
    is_opened = any(hit.term.concept in _NAMING and hit.position < layout.title_words + _OPENING for hit in found)
    return is_lone and not is_opened and all(hit.position >= opening for hit in naming)


def _cited(proofs: Sequence[Proof], found: Sequence[Hit]) -> list[tuple[str, Hit]]:
    """What to show: the proofs' hits in order; when none of them stands in the text, what else there is."""
    cited = {(hit.start, hit.end): (proof.rule.id, hit) for proof in proofs for hit in proof.hits}
    if all(hit.place is Place.TITLE for _, hit in cited.values()):
        for hit in found:
            if hit.term.concept is not None:
                cited.setdefault((hit.start, hit.end), (f"term:{hit.term.concept}", hit))
    return [cited[span] for span in sorted(cited)][:_MOST_EVIDENCE]


def _countries(proofs: Sequence[Proof], found: Sequence[Hit]) -> tuple[str, ...]:
    places = [hit.position for proof in proofs for hit in proof.hits]
    if not places:
        return ()
    first, last = min(places) - _COUNTRY_WITHIN, max(places) + _COUNTRY_WITHIN
    return tuple(sorted({hit.term.country for hit in found if hit.term.country and first <= hit.position <= last}))


def _entities(layout: Layout, title: str | None, found: Sequence[Hit]) -> tuple[Entity, ...]:
    named: list[Entity] = []
    for hit in found:
        if hit.term.entity is not None:
            start, end, field = _within(layout, title, hit)
            named.append(Entity(hit.term.entity, layout.written[hit.start : hit.end], start, end, field))
    return tuple(named[:_MOST_EVIDENCE])


def _evidence(layout: Layout, title: str | None, rule: str, hit: Hit) -> Evidence:
    start, end, field = _within(layout, title, hit)
    return Evidence(rule, layout.written[hit.start : hit.end], start, end, field)


def _within(layout: Layout, title: str | None, hit: Hit) -> tuple[int, int, Field]:
    """The hit's place in the title or text as given."""
    if hit.start >= layout.text_from:
        return hit.start - layout.text_from, hit.end - layout.text_from, Field.TEXT
    stripped = len(title or "") - len((title or "").lstrip())
    return hit.start + stripped, hit.end + stripped, Field.TITLE

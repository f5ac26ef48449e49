"""`prrwatch screen`: judge documents that did not come from our own crawl."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from scheduler import lines
from scheduler.options import Chosen, chosen

if TYPE_CHECKING:
    from prrwatch.verdict import Evidence, Verdict


@click.command("screen")
@click.option("--jsonl", is_flag=True, help="Read and write JSON lines (the only form so far).")
@chosen
def command(chosen: Chosen, *, jsonl: bool) -> None:
    """Judge documents from stdin, one JSON object a line: {id, text, title?, url?, language?, published?}.

    Writes {id, relevant, score, phases, evidence: [{rule, quote, start, end}]} a line. Offsets count Unicode code
    points of `text`; what was matched in the title stands apart in `title_evidence`.
    """
    from prrwatch import relevance

    del jsonl
    ruleset = relevance.load_rules(chosen.settings().rules)
    for record in lines.objects(sys.stdin.buffer, texts=("text",)):
        title, language = record.get("title"), record.get("language")
        verdict = relevance.judge(
            title if isinstance(title, str) else None,
            record["text"],
            language if isinstance(language, str) else None,
            ruleset,
        )
        lines.write(_plain(record.get("id"), verdict))


def _plain(identity: object, verdict: Verdict) -> dict[str, Any]:
    from prrwatch.verdict import Field

    return {
        "id": identity,
        "relevant": verdict.relevant,
        "score": round(verdict.score, 3),
        "phases": list(verdict.phases),
        "countries": list(verdict.countries),
        "evidence": [_place(each) for each in verdict.evidence if each.field is Field.TEXT],
        "title_evidence": [_place(each) for each in verdict.evidence if each.field is Field.TITLE],
        "ruleset": verdict.ruleset,
    }


def _place(evidence: Evidence) -> dict[str, Any]:
    return {"rule": evidence.rule, "quote": evidence.quote, "start": evidence.start, "end": evidence.end}

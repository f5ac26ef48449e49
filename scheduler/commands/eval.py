"""`prrwatch eval`: how well the rules judge labelled cases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler import lines
from scheduler.options import Chosen, chosen
from scheduler.tables import table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prrwatch.evaluation import Evaluation, Tally


@click.command("eval")
@click.argument("cases", type=click.Path(path_type=Path))
@click.option("--wrong", is_flag=True, help="List the cases that were judged wrong, with the reason.")
@chosen
def command(chosen: Chosen, *, cases: Path, wrong: bool) -> None:
    """Judge the labelled CASES (a JSON lines file, or a folder of them) and print precision, recall and F1.

    A case is {id, language, title?, text, relevant, phases?, class?}.
    """
    from prrwatch import relevance
    from prrwatch.evaluation import evaluate, read_cases

    evaluation = evaluate(read_cases(cases), relevance.load_rules(chosen.settings().rules))
    if chosen.as_json:
        lines.write_document(_plain(evaluation))
        return
    click.echo(table([_row("all", evaluation.overall)]))
    for head, tallies in (("language", evaluation.languages), ("phase", evaluation.phases)):
        click.echo(f"\nby {head}\n{table(_rows(tallies))}")
    if wrong:
        _list_wrong(evaluation)


def _list_wrong(evaluation: Evaluation) -> None:
    rows = [
        {
            "case": case.id,
            "language": case.language,
            "class": case.kind,
            "should be": "relevant" if case.relevant else "not",
            "score": f"{verdict.score:.2f}",
            "because of": ", ".join(f"{each.rule}: {each.quote}" for each in verdict.evidence[:3]),
        }
        for case, verdict in evaluation.wrong
    ]
    click.echo(f"\njudged wrong\n{table(rows)}")


def _rows(tallies: Mapping[str, Tally]) -> list[dict[str, Any]]:
    return [_row(name, tally) for name, tally in sorted(tallies.items(), key=lambda pair: (-pair[1].cases, pair[0]))]


def _row(name: str, tally: Tally) -> dict[str, Any]:
    return {
        "": name,
        "cases": tally.cases,
        "precision": f"{tally.precision:.3f}",
        "recall": f"{tally.recall:.3f}",
        "F1": f"{tally.f1:.3f}",
        "false": tally.false,
        "missed": tally.missed,
    }


def _plain(evaluation: Evaluation) -> dict[str, Any]:
    return {
        "all": _numbers(evaluation.overall),
        "languages": {name: _numbers(tally) for name, tally in evaluation.languages.items()},
        "phases": {name: _numbers(tally) for name, tally in evaluation.phases.items()},
        "classes": {name: _numbers(tally) for name, tally in evaluation.kinds.items()},
        "wrong": [{"id": case.id, "relevant": case.relevant, "score": each.score} for case, each in evaluation.wrong],
    }


def _numbers(tally: Tally) -> dict[str, Any]:
    return {
        "cases": tally.cases,
        "precision": round(tally.precision, 4),
        "recall": round(tally.recall, 4),
        "f1": round(tally.f1, 4),
        "false": tally.false,
        "missed": tally.missed,
    }

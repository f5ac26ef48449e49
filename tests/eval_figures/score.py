"""Precision and recall of the ledger of figures on (number, who, action). Usage: score.py [cases|sealed]."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from prrwatch.figures import figures

HERE = Path(__file__).parent


class Score(NamedTuple):
    right: int
    invented: int
    missed: int
    wrong: tuple[str, ...]

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.invented)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)


def rows(folder: str) -> Iterator[dict]:
    for path in sorted((HERE / folder).glob("*.jsonl")):
        yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


def score(folder: str) -> Score:
    right = invented = missed = 0
    wrong = []
    for row in rows(folder):
        wanted = Counter(tuple(each) for each in row["expected"])
        found = Counter((each.number, each.who, each.action) for each in figures(row["text"], row["language"]))
        right += (wanted & found).total()
        invented += (found - wanted).total()
        missed += (wanted - found).total()
        if wanted != found:
            wrong.append(f"{row['id']}: missed {list(wanted - found)}, invented {list(found - wanted)}")
    return Score(right, invented, missed, tuple(wrong))


if __name__ == "__main__":
    folder = sys.argv[1] if len(sys.argv) > 1 else "cases"
    if folder not in {"cases", "sealed"}:
        sys.exit(__doc__)
    result = score(folder)
    print(f"{folder}: precision {result.precision:.3f}, recall {result.recall:.3f}; {result[:3]}")  # noqa: T201 - a report
    if folder != "sealed":
        print("\n".join(result.wrong))  # noqa: T201 - a report

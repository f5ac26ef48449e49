"""The floors that the rules must hold on the open labelled cases: `floors.json`, which only ever rises.

    python tests/eval/floors.py            print how the rules stand against the floors; ends with 1 when one is missed
    python tests/eval/floors.py --update   raise the floors to what the rules reach now; refuses to lower any

Floors are counts of wrong cases, not shares: one case more is one case more in any language.
"""

import json
import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path

from prrwatch import relevance
from prrwatch.evaluation import evaluate, read_cases

HERE = Path(__file__).parent
CASES = HERE / "cases"
FLOORS = HERE / "floors.json"


def digest() -> str:
    """Of all open cases: floors of another set say nothing."""
    files = sorted(CASES.glob("*.jsonl"))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def standing() -> dict[str, dict[str, int]]:
    """How many cases of each language are flagged falsely, and how many are missed, now."""
    evaluation = evaluate(read_cases(CASES), relevance.load_rules())
    wrong = Counter((case.language, "missed" if case.relevant else "false") for case, _ in evaluation.wrong)
    return {
        language: {kind: wrong[language, kind] for kind in ("false", "missed")}
        for language in sorted(evaluation.languages)
    }


def below(now: dict[str, dict[str, int]], floors: dict[str, dict[str, int]]) -> list[str]:
    """Where the rules are worse than their floors; empty when they hold."""
    return [
        f"{language}: {count} {kind}, the floor is {floors.get(language, {}).get(kind, 0)}"
        for language, kinds in now.items()
        for kind, count in kinds.items()
        if count > floors.get(language, {}).get(kind, 0)
    ]


def main(arguments: list[str]) -> int:
    now, told = standing(), json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else None
    same_set = told is not None and told["cases"] == digest()
    worse = below(now, told["wrong"]) if told and same_set else []
    if worse:
        print("\n".join(worse))
        return 1
    if arguments == ["--update"]:
        FLOORS.write_text(json.dumps({"cases": digest(), "wrong": now}, indent=1) + "\n", encoding="utf-8")
    print("the floors hold" if same_set else "the floors are of another set of cases; --update makes them anew")
    return 0 if same_set or arguments else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

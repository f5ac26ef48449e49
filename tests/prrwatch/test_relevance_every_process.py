"""A verdict is the same in every process: sets of words are in another order in each, and ties must not follow it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Each relevant case said twice, so that many sentences are equally strong.
JUDGE = """
import pathlib
from prrwatch.evaluation import read_cases
from prrwatch.relevance import judge, load_rules
rules = load_rules()
for path in sorted(pathlib.Path("tests/eval/cases").glob("*.jsonl"))[::4]:
    for case in read_cases(path):
        if case.relevant:
            print(judge(case.title, case.text + "\\n" + case.text, case.language, rules))
"""


def verdicts(seed: str) -> subprocess.Popen[str]:
    environ = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-c", JUDGE], cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True)


@pytest.mark.long
def test_a_verdict_does_not_depend_on_the_order_of_sets():
    both = [verdicts("1"), verdicts("2")]
    one, other = (each.communicate(timeout=60)[0].splitlines() for each in both)
    assert [each.returncode for each in both] == [0, 0]
    assert len(one) > 100
    assert one == other

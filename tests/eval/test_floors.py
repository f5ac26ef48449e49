"""The rules are never worse on the open cases than they were: see `floors.py`."""

import json
import sys
from pathlib import Path

# `floors` stands beside this file; with --import-mode=importlib nothing else puts this folder on the path.
sys.path.append(str(Path(__file__).parent))

import floors


def test_the_rules_hold_their_floors():
    told = json.loads(floors.FLOORS.read_text(encoding="utf-8"))
    assert told["cases"] == floors.digest(), "the cases changed: `python tests/eval/floors.py --update`"
    assert floors.below(floors.standing(), told["wrong"]) == []


def test_a_worse_standing_is_told():
    assert floors.below({"ru": {"false": 2, "missed": 0}}, {"ru": {"false": 1, "missed": 0}}) == [
        "ru: 2 false, the floor is 1"
    ]

"""Every example that a rules file carries is judged as it says, and the rule that it illustrates finds its proofs."""

import pytest

from prrwatch.relevance import judge, load_rules
from prrwatch.relevance.files import examples

RULES = load_rules()
EXAMPLES = examples()


@pytest.mark.parametrize(
    ("file", "rule", "text", "wanted"), EXAMPLES, ids=[f"{e[0]}:{e[1]}:{n}" for n, e in enumerate(EXAMPLES)]
)
def test_example_is_judged_as_it_says(file, rule, text, wanted):
    verdict = judge(None, text, None, RULES)
    assert verdict.relevant is wanted, (
        f"{file}: {rule}: score {verdict.score}, {[(e.rule, e.quote) for e in verdict.evidence]}"
    )
    for evidence in verdict.evidence:
        assert text[evidence.start : evidence.end] == evidence.quote

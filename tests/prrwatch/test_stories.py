from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prrwatch import stories

SEEDS = Path(__file__).parents[2] / ".." / "shared" / "seed-documents"

MENU = "\n".join(f"- Field of work {n}" for n in range(150))
RELEASE = (
    "More than forty experts from five states met in the capital on Tuesday to compare how they receive families who "
    "come back from camps in north-east Syria. They spoke about schooling, papers for children born abroad, and the "
    "courts. A second round is planned for the autumn, the organisers said, with social workers and psychologists at "
    "the table."
)
OTHER = (
    "A training course for judges on evidence from conflict zones opened in the north of the country this week. "
    "Prosecutors explained how battlefield material reaches a court room, and defence lawyers asked what may be used. "
    "The course runs until Friday and will be repeated in two other regions before the end of the year, its hosts said."
)


def one_story(*texts: str) -> bool:
    return len({each.story for each in stories.group([(f"k{n}", text) for n, text in enumerate(texts)])}) == 1


def test_a_verbatim_copy_inside_another_page_joins():
    assert one_story(
        RELEASE, f"EIN Presswire. {RELEASE} Legal disclaimer: we provide this without warranty of any kind."
    )


def test_shared_menus_do_not_make_a_story():
    assert not one_story(f"{MENU}\n{RELEASE}", f"{MENU}\n{OTHER}")


def test_alike_headlines_do_not_make_a_story():
    assert not one_story(f"First meeting of the council\n{RELEASE}", f"Second meeting of the council\n{OTHER}")


def test_a_text_too_short_to_compare_stays_alone():
    assert not one_story("Read more here.", "Read more here.")


def test_the_reason_names_the_document_that_was_copied():
    first, second = stories.group([("a.example/1", RELEASE), ("b.example/2", RELEASE)])
    assert (first.opens, first.why) == (True, "first")
    assert second.why == "copy of a.example/1 (containment 1.00)"


@given(st.text(max_size=2000))
def test_any_text_contains_itself(text: str):
    sketch = stories.sketch(text)
    assert stories.containment(sketch, sketch) in (0.0, 1.0)
    assert len(sketch.hashes) <= stories.SKETCH_SIZE
    assert all(0 <= value < 2**63 for value in sketch.hashes)


@given(st.text(max_size=500), st.text(max_size=500))
def test_containment_is_symmetric_and_bounded(one: str, other: str):
    a, b = stories.sketch(one), stories.sketch(other)
    assert stories.containment(a, b) == stories.containment(b, a)
    assert 0.0 <= stories.containment(a, b) <= 1.0


def test_the_seed_documents():
    if not SEEDS.exists():
        pytest.skip("../shared/seed-documents is absent")
    texts = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    ids = [each.story for each in stories.group([(str(n), text) for n, text in enumerate(texts)])]
    assert ids[0] == ids[1]
    assert len(set(ids[1:])) == 4

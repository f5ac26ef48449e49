import pytest
from hypothesis import given
from hypothesis import strategies as st

from prrwatch.verdict import Evidence
from prrwatch.versions import Change, What, difference

RELEASE = (
    "On 27 November, over 40 representatives met in Tashkent for the Second Meeting of the Council.\n\n"
    "As of March 2024, more than 148 citizens have returned to the region and joined rehabilitation programmes.\n"
    '"This is a joint task," said Ambassador Antti Karttunen, Project Co-ordinator in Uzbekistan.\n'
)

MATERIAL = [
    ("in Uzbekistan", "in Tajikistan", What.NAME, "Uzbekistan", "Tajikistan"),
    ("148 citizens", "156 citizens", What.FIGURE, "148", "156"),
    ("27 November", "28 November", What.DATE, "27 November", "28 November"),
    ("March 2024", "March 2025", What.DATE, "March 2024", "March 2025"),
    ("Tashkent", "Samarkand", What.NAME, "Tashkent", "Samarkand"),
    ("Antti Karttunen", "Yuri Fenopetov", What.NAME, "Antti Karttunen", "Yuri Fenopetov"),
]


@pytest.mark.parametrize(("old", "new", "what", "before", "after"), MATERIAL)
def test_a_changed_value_is_material_and_named(old, new, what, before, after):
    found = difference(RELEASE, RELEASE.replace(old, new))
    assert found.material
    [change] = found.changes
    assert (change.what, before in change.old, after in change.new) == (what, True, True)
    assert new in change.context


UNCHANGED = [
    RELEASE.replace("representatives", "representitives"),
    RELEASE.replace("Karttunen", "Kartunen"),
    RELEASE.replace("\n\n", "\n").replace(" met ", "   met  "),
    RELEASE.replace('"', "”").replace(",", ""),
    RELEASE + "Read also: 12 wounded in Kabul, Ministry of Health says\n",
    RELEASE + "Views: 1 301\n",
    RELEASE + "1,204 views\n",
    RELEASE + "Updated: 28 November 2024, 14:35\n",
    RELEASE + "USD 12650.32  EUR 13200.11\n",
    "14:35\n" + RELEASE,
    RELEASE + "Просмотров: 355\nЧитайте также: В Бишкеке 3 июня откроется школа\n",
    RELEASE + "Subscribe to our channel on Telegram for news of the day in Central Asia.\n",
    RELEASE.replace("148 citizens have returned", "148 citizens came back").replace("met in", "gathered in"),
    "\n".join(reversed(RELEASE.strip().splitlines())),
    RELEASE.replace("148", "148").upper().replace("ON 27", "On 27"),
]


@pytest.mark.parametrize("new", UNCHANGED)
def test_what_the_page_wears_is_not_material(new):
    assert difference(RELEASE, new).changes == ()
    assert difference(new, RELEASE).changes == ()


def test_counters_that_tick_are_no_change():
    assert not difference(RELEASE + "Views: 12\n3 hours ago", RELEASE + "Views: 3 014\n2 days ago").material
    assert difference(RELEASE, RELEASE).wording == ()


def test_a_number_grouped_otherwise_is_the_same():
    old = "More than 2,100 citizens have returned to the region by now."
    for new in ("2 100", "2.100", "2100", "2\u00a0100"):
        assert not difference(old, old.replace("2,100", new)).material


def test_numbers_that_change_places_are_a_change():
    old = "They brought 31 women and 64 children home from the camps in Syria."
    assert [
        change.what for change in difference(old, old.replace("31", "x").replace("64", "31").replace("x", "64")).changes
    ]


def test_withdrawn_page():
    assert difference(RELEASE, "").changes[0].what is What.WITHDRAWN
    assert difference(RELEASE, "This article has been withdrawn by the editors.").changes[0].what is What.WITHDRAWN
    assert difference(RELEASE, "Материал удалён по просьбе автора.").changes[0].what is What.WITHDRAWN
    assert not difference("", "").material


def test_called_off_is_material():
    old = "The meeting of experts will be held in the capital."
    [change] = difference(old, "The meeting of experts in the capital has been postponed.").changes
    assert change.what is What.STATUS


def test_a_changed_evidence_sentence_is_material_only_with_the_evidence():
    old = "Officials spoke about weather. Women who returned from camps receive psychological care at home."
    new = old.replace("receive psychological care at home", "were arrested upon arrival")
    start = old.index("returned from camps")
    proof = Evidence("camp", "returned from camps", start, start + len("returned from camps"))
    assert not difference(old, new).material
    [change] = difference(old, new, evidence=([proof], [])).changes
    assert change.what is What.EVIDENCE
    assert not difference(old, old.replace("receive", "recieve"), evidence=([proof], [])).material


def test_titles_are_compared_with_titles():
    found = difference("Same.", "Same.", titles=("Kazakhstan returns 148 women", "Kazakhstan returns 156 women"))
    assert found.changes == (Change("148 women", "156 women", What.FIGURE, "Kazakhstan returns 156 women"),)


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_two_texts_can_be_compared(old, new):
    found = difference(old, new)
    assert found.material == bool(found.changes)
    assert difference(old, old).changes == ()


def test_a_huge_rewrite_is_bounded():
    old = "\n".join(f"Sentence number {n} tells of the village {n * 7} and its {n * 3} houses." for n in range(4000))
    new = "\n".join(
        f"Paragraph {n} about the town {n * 5 + 1} with 9{n:05}77 people living in it." for n in range(4000)
    )
    assert difference(old, new).material


def test_a_figure_in_words_and_how_it_is_meant():
    old = "Four women were repatriated from Syria. More than 148 children were repatriated from Syria."
    assert not difference(old, old.replace("Four", "Five")).material
    assert [each.new for each in difference(old, old.replace("Four", "Five"), language="en").changes] == ["Five women"]
    [change] = difference(old, old.replace("More than", "About"), language="en").changes
    assert (change.old, change.new) == ("More than 148 children", "About 148 children")


def test_countries_one_letter_apart_are_two_countries():
    old = "The women were flown home from Iraq on Tuesday morning."
    assert difference(old, old.replace("Iraq", "Iran")).material

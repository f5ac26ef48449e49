from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from storage_world import DAY, NOW, POLICY, fetched, item, source, way_read

from storage import filing, jobs, search

TEXTS = (
    "Таджикистан вернул женщин и детей из лагерей.",
    "Ўзбекистон фуқаролари қайтарилди. Oʻzbekiston fuqarolari qaytarildi.",
    "Women and children were repatriated; the café in Zürich was closed.",
    "Қазақстан азаматтары елге оралды.",
    "عودة النساء والأطفال من المخيمات",
)
ITEMS = tuple(item(n) for n in range(len(TEXTS)))


@pytest.fixture
def filed(store):
    job = jobs.job(store, source(), POLICY, (), NOW)
    read = [fetched(job.id, each, text) for each, text in zip(ITEMS, TEXTS, strict=True)]
    filing.file(store, [way_read(job.id, ITEMS), *read], NOW)
    return store


def found(store, query):
    return [hit.document for hit in search.search(store, query)]


@pytest.mark.parametrize(
    ("query", "documents"),
    [
        ("таджикистан", [1]),
        ("ТАДЖИКИСТАН женщин", [1]),
        ("таджикистан women", []),
        ("тадж*", [1]),
        ("zurich CAFE", [3]),
        ('"women and children"', [3]),
        ('"children and women"', []),
        ('"women and children', [3]),
        ("қазақстан", [4]),
        ("фуқаролари", [2]),
        ("النساء", [5]),
        ("article", [5, 4, 3, 2, 1]),
        ("", []),
        ("   ", []),
    ],
)
def test_words_in_any_script_newest_first(filed, query, documents):
    assert found(filed, query) == documents


@pytest.mark.parametrize(
    "query",
    [
        '"',
        '""',
        "*",
        "**",
        "a OR",
        "NEAR(",
        "NOT",
        "title:women",
        "a AND (b",
        "{x} : y",
        "^women",
        "-women",
        "\0",
        "'",
        "; DROP",
        "x" * 100_000,
        "a " * 100_000,
        '"a" ' * 9999,
        "\udcff\ud800",
    ],
)
def test_no_input_is_a_syntax_error(filed, query):
    search.search(filed, query)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.text(
        alphabet=st.one_of(st.sampled_from("\"*^:(){}-+ ORANDT'\0\\"), st.characters(exclude_categories=["Cs"]))
    )
)
def test_no_text_at_all_is_a_syntax_error(filed, query):
    search.search(filed, query)


def test_a_hit_says_where_and_what(filed):
    (hit,) = search.search(filed, "детей")
    assert (hit.url, hit.source, hit.title) == (ITEMS[0].url, "example", "Article 0")
    assert hit.snippet == "Таджикистан вернул женщин и ⟦детей⟧ из лагерей."


def test_the_current_version_is_found_and_the_old_one_is_not(filed):
    filing.file(filed, [fetched("later", ITEMS[0], "Исправленный текст.", at=NOW + DAY)], NOW)
    assert found(filed, "таджикистан") == []
    assert found(filed, "исправленный") == [1]
    with filed.transaction():
        filed.write("INSERT INTO texts (texts, rank) VALUES ('integrity-check', 1)")


def test_a_deleted_document_is_forgotten(filed):
    with filed.transaction():
        filed.write("DELETE FROM documents WHERE id = 1")
        filed.write("INSERT INTO texts (texts, rank) VALUES ('integrity-check', 1)")
    assert found(filed, "таджикистан") == []

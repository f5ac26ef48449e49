"""The form of the labelled set: what `tests/eval/README.md` promises of it, checked without judging any text."""

import hashlib
import json
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
SEALED = ("sealed", "sealed2", "sealed3", "sealed4")  # the later ones were written after the first had been measured
PARTS = ("cases", *SEALED)
WHOLE = ("sealed4",)  # sealed whole and large: outside the share that the deal of the thirds has to keep
PHASES = {"prosecution", "rehabilitation", "reintegration", "repatriation"}
MUST, MAY = {"id", "language", "text", "relevant", "phases", "class"}, {"script", "title", "note"}

CONFUSERS = {
    "labour_migrants", "deportees", "refugees_idps", "afghan_returnees", "ethnic_resettlers", "prisoners_of_war",
    "hostages", "trafficking_victims", "yazidi_victims", "bodies_home", "remains", "artefacts", "profits",
    "drug_rehab", "medical_rehab", "prison_rehab", "sports_rehab", "wildlife_rehab", "land_roads",
    "repressed_persons", "evacuation", "attack_or_arrest", "attempted_travel", "recruiting", "propaganda",
    "financing", "ct_meeting", "isis_history", "camp_no_return", "child_soldiers", "domestic_extremism",
    "closing_line", "menu_noise", "prr_other", "homonym", "ukraine_fighters", "political_exiles", "ex_guerrillas",
    "students", "extradition", "orphans_home", "war_crimes_other", "long_unrelated", "veterans", "ukraine_children",
}  # fmt: skip
KINDS = {
    "operation_home", "trial", "arrest", "citizenship", "amnesty", "rehab_centre", "psychosocial", "school_child",
    "documents", "dna_test", "stigma", "civil_society", "expert_council", "forum", "guidance", "law_plan", "figures",
    "interview", "opinion", "feature", "camp_closure", "prison_transfer", "rights_call", "study", "no_keyword",
    "page_furniture", "round_up",
}  # fmt: skip
MAIN_LANGUAGES = {"en", "ru", "uz", "kk", "ky", "tg", "fr", "de", "nl", "tr", "ar", "fa", "id"}


def rows(part: str) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in sorted((HERE / part).glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def part_of(case_id: str) -> str:
    """A third is sealed, and the id alone says which: sha256 of the id, taken as a number, divides by three."""
    return "sealed" if int(hashlib.sha256(case_id.encode()).hexdigest(), 16) % 3 == 0 else "cases"


def bare(text: str) -> str:
    """Letters and digits only, so that a moved comma does not make a copy a new text."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).replace("\u00ad", "").casefold())


SET = {part: rows(part) for part in PARTS}
#: Written later to provoke the rules; open as a whole, so outside of the deal of the thirds.
PROBES = {
    json.loads(line)["id"]
    for path in HERE.glob("cases/*-probes.jsonl")
    for line in path.read_text(encoding="utf-8").splitlines()
}
ALL = [row for part in PARTS for row in SET[part]]


def test_every_row_has_the_form() -> None:
    for row in ALL:
        assert row.keys() >= MUST, row["id"]
        assert row.keys() - MUST <= MAY, row["id"]
        assert isinstance(row["relevant"], bool), row["id"]
        assert row["text"].strip(), row["id"]
        assert set(row["phases"]) <= PHASES, row["id"]
        assert row["relevant"] == bool(row["phases"]), row["id"]


def test_ids_are_unique_and_say_their_part() -> None:
    ids = [row["id"] for row in ALL]
    assert len(ids) == len(set(ids))
    for part in PARTS:
        owner = "sealed" if part in SEALED else part
        assert [row["id"] for row in SET[part] if part_of(row["id"]) != owner] == []


def test_the_file_name_says_the_language() -> None:
    for path in HERE.glob("*/*.jsonl"):
        tags = {"-".join(filter(None, (row["language"], row.get("script")))).lower() for row in map(
            json.loads, path.read_text(encoding="utf-8").splitlines())}  # fmt: skip
        assert len(tags) == 1, path.name
        assert path.name.startswith(tags.pop() + "-"), path.name


def test_size_and_share_of_negatives() -> None:
    negatives = sum(not row["relevant"] for row in ALL)
    assert len(ALL) >= 450
    assert negatives / len(ALL) >= 0.55


def test_languages() -> None:
    count = Counter(row["language"] for row in ALL)
    assert len(count) >= 14
    assert {row.get("script") for row in ALL if row["language"] == "uz"} == {"Latn", "Cyrl"}
    assert all(count[language] >= 15 for language in MAIN_LANGUAGES)


def test_every_confuser_and_every_kind_of_news_is_there() -> None:
    assert {row["class"] for row in ALL if not row["relevant"]} >= CONFUSERS
    assert {row["class"] for row in ALL if row["relevant"]} >= KINDS
    assert not CONFUSERS & {row["class"] for row in ALL if row["relevant"]}


def test_no_text_stands_twice() -> None:
    seen: dict[str, str] = {}
    for row in ALL:
        twin = seen.setdefault(bare(row["text"]), row["id"])
        assert twin == row["id"], (twin, row["id"])


def test_no_paragraph_is_shared_between_the_parts() -> None:
    def paragraphs(part: str) -> set[str]:
        return {b for row in SET[part] for p in row["text"].splitlines() if len(b := bare(p)) > 60}

    assert [part for part in SEALED if paragraphs("cases") & paragraphs(part)] == []


@pytest.mark.parametrize("relevant", [True, False])
def test_a_third_is_sealed_in_every_main_language_and_label(relevant: bool) -> None:
    dealt = [row for part in PARTS if part not in WHOLE for row in SET[part] if row["relevant"] is relevant]
    for language in sorted(MAIN_LANGUAGES):
        thirds = [row["id"] for row in dealt if row["language"] == language and row["id"] not in PROBES]
        parts = Counter(map(part_of, thirds))
        share = parts["sealed"] / parts.total()
        assert 0.25 <= share <= 0.45, (language, parts)


def test_short_and_long_with_and_without_title() -> None:
    for relevant in (True, False):
        of = [row for row in ALL if row["relevant"] is relevant]
        assert any("title" not in row for row in of)
        assert any(len(row["text"].split("\n\n")) >= 5 for row in of)
        assert any(len(row["text"]) < 120 for row in of)


@pytest.mark.parametrize("part", SEALED)
def test_the_seal_is_unbroken(part: str) -> None:
    """SHA256SUMS fixes the sealed third: a case changed after seeing a result would show here and in the history."""
    lines = (line.split("  ", 1) for line in (HERE / part / "SHA256SUMS").read_text().splitlines())
    sums = {name: digest for digest, name in lines}
    now = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in (HERE / part).glob("*.jsonl")}
    assert now == sums

"""`passes_per_day` of the site file: how many passes all sources share."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from prrwatch import settings
from prrwatch.errors import SettingsError
from prrwatch.source import Kind, Source, Way, WayKind
from scheduler.planning import Planner
from storage.store import open_store

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SOURCE = Source(
    id="a",
    name="A",
    publisher="A",
    kind=Kind.OFFICIAL,
    homepage="https://a.example/",
    languages=("en",),
    every=timedelta(hours=4),
    tier=1,
    article="x",
    ways=(Way(WayKind.FEED, "https://a.example/feed"),),
)


def test_it_is_read_and_must_be_positive(tmp_path):
    file = tmp_path / "prrwatch.toml"
    file.write_text("[crawler]\npasses_per_day = 2500\n", encoding="utf-8")
    assert settings.load(file).passes_per_day == 2500
    file.write_text("[crawler]\npasses_per_day = 0\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="passes_per_day"):
        settings.load(file)


def test_more_passes_make_each_look_cheaper_and_none_given_are_what_the_sources_wish_for(tmp_path):
    sources = [replace(SOURCE, id=f"s{number}") for number in range(10)]
    with open_store(tmp_path / "prrwatch.db") as store:
        prices = [Planner().view(store, sources, NOW, per_day).price for per_day in (30, 60, None, 120)]
    assert prices[0] > prices[1] == prices[2] > prices[3]

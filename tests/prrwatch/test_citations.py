"""Citations: what reference managers read, with every word of the web taken literally."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prrwatch.outlets.citations import Citation, bibtex, csl, latex

CITED = Citation(
    document=7,
    story="s-1",
    kind="official",
    title="12 women & 30 children: 100 % back_home",
    issuer="Ministry of Foreign Affairs",
    publisher="Ministry {sample}",
    source_name="mfa.example.org",
    language="en",
    published="2026-11-20",
    accessed="2026-11-22T08:54:12.302433Z",
    url="https://mfa.example.org/a/1?x=1%20y&z={q}",
    sha256="ab" * 32,
    hashed="original",
)


def test_a_bibtex_entry():
    assert "".join(bibtex([CITED])) == (
        "@misc{prrwatch-7,\n"
        "  title = {{12 women \\& 30 children: 100 \\% back\\_home}},\n"
        "  author = {{Ministry of Foreign Affairs}},\n"
        "  publisher = {{Ministry \\textbraceleft{}sample\\textbraceright{}}},\n"
        "  howpublished = {{mfa.example.org}},\n"
        "  year = {2026},\n"
        "  month = nov,\n"
        "  day = {20},\n"
        "  url = {https://mfa.example.org/a/1?x=1%20y&z=%7Bq%7D},\n"
        "  urldate = {2026-11-22},\n"
        "  langid = {en},\n"
        f"  note = {{SHA-256 of the original as archived on 2026-11-22: {'ab' * 32}}},\n"
        "}\n"
    )


def test_a_csl_item():
    assert json.loads(csl([CITED])) == [
        {
            "id": "prrwatch-7",
            "type": "webpage",
            "title": CITED.title,
            "author": [{"literal": "Ministry of Foreign Affairs"}],
            "publisher": "Ministry {sample}",
            "container-title": "mfa.example.org",
            "issued": {"date-parts": [[2026, 11, 20]]},
            "accessed": {"date-parts": [[2026, 11, 22]]},
            "URL": "https://mfa.example.org/a/1?x=1%20y&z=%7Bq%7D",
            "language": "en",
            "note": f"SHA-256 of the original as archived on 2026-11-22: {'ab' * 32}",
        }
    ]


@pytest.mark.parametrize(("published", "parts"), [(None, None), ("2024", [2024]), ("2024-05", [2024, 5])])
def test_what_is_unknown_is_left_out(published, parts):
    unknown = replace(CITED, published=published, title=None, issuer=None, language=None, kind="media")
    [item] = json.loads(csl([unknown]))
    assert item.get("issued") == (parts and {"date-parts": [parts]})
    assert item["type"] == "article-newspaper"
    assert not {"title", "author", "language"} & item.keys()
    [entry] = bibtex([unknown])
    assert ("year" in entry, "month = may" in entry) == (parts is not None, parts == [2024, 5])


@given(st.text())
def test_no_text_ends_an_entry(text):
    """Braces that BibTeX counts are balanced and never closed too early; nothing of the text is a command."""
    written = latex(text)
    depth = 0
    for mark in re.findall(r"[{}]", written):
        depth += 1 if mark == "{" else -1
        assert depth >= 0
    assert depth == 0
    bare = re.sub(r"\\text[a-z]+\{\}|\\[&%$#_]", "", written)
    assert not re.search(r"[\\{}$&#%_^~\n]", bare)

"""A story taken away with its proofs, and what the checker says of a bundle that somebody changed."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from prrwatch import bundle
from storage.store import open_store

HER = (
    "Zarina Ahmadova, 34, who was repatriated from al-Hol camp in Syria to Uzbekistan with two children, entered a "
    "rehabilitation programme for returnees from conflict zones in Fergana, where a psychologist sees her each week."
)


@pytest.fixture
def story(filed):
    rows = [json.loads(line) for line in filed("export", "stories", "--format", "jsonl").out.splitlines()]
    return next(row["story"] for row in rows if row["title"].startswith("Women"))


@pytest.fixture
def made(filed, story) -> Path:
    done = filed("bundle", story, "--out", "one.zip")
    assert (done.code, done.err) == (0, "")
    return filed.folder / "one.zip"


@dataclass
class Zip:
    """The files of a bundle, to be changed and put together again."""

    files: dict[str, bytes]

    def write(self, path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, whole in self.files.items():
                archive.writestr(name, whole)

    def relisted(self) -> None:
        """The manifest as somebody would write it who changed a file and its hash."""
        manifest = json.loads(self.files["manifest.json"])
        manifest["files"] = [
            {"path": name, "size": len(whole), "sha256": sha256(whole).hexdigest()}
            for name, whole in self.files.items()
            if name != "manifest.json"
        ]
        self.files["manifest.json"] = json.dumps(manifest).encode()


@pytest.fixture
def opened(made) -> Zip:
    with zipfile.ZipFile(made) as archive:
        return Zip({name: archive.read(name) for name in archive.namelist()})


def version(opened: Zip) -> str:
    [path] = [name for name in opened.files if name.endswith("version-1.json")]
    return path


def test_it_holds_everything_and_is_whole(filed, made, opened, story):
    done = filed("verify", "one.zip")
    assert (done.code, done.out.splitlines()[0]) == (0, "one.zip: whole")
    told = json.loads(opened.files[version(opened)])
    text = opened.files[told["text"]].decode()
    assert text.startswith("Twelve women and thirty children who were repatriated")
    assert told["verdict"]["relevant"]
    for each in told["verdict"]["evidence"]:
        assert (text if each["field"] == "text" else told["title"])[each["start"] : each["end"]] == each["quote"]
    [original] = told["originals"]
    assert opened.files[f"originals/{original['sha256']}.bin"] == b"<html>"
    assert json.loads(opened.files["story.json"])["id"] == story
    assert b"@misc{" in opened.files["citations.bib"]
    assert json.loads(opened.files["citations.csl.json"])[0]["URL"] == "https://news.example.org/a/1"


def test_the_page_is_read_by_itself(opened):
    page = opened.files["index.html"].decode()
    assert "<mark>" in page
    assert "default-src 'none'" in page
    assert "nothing covered" in page
    assert "<script" not in page
    assert "http-equiv" in page
    assert 'src="' not in page


def test_its_seal_says_which_it_is(filed, made):
    seal = filed.json("verify", "one.zip")["seal"]
    assert filed("verify", "one.zip", "--seal", seal.upper()).code == 0
    assert filed("verify", "one.zip", "--seal", "0" * 64).refused(1, "not the one given")


def test_nothing_is_overwritten(filed, made, story):
    before = made.read_bytes()
    again = filed("bundle", story, "--out", "one.zip")
    assert (again.code, "is there already" in again.err) == (2, True)
    assert made.read_bytes() == before
    assert not list(filed.folder.glob("*.part"))


def test_a_story_that_is_not_there(filed):
    assert filed("bundle", "s-0", "--out", "x.zip").refused(2, "no such story")
    assert not (filed.folder / "x.zip").exists()


def test_private_names_are_covered_and_originals_asked_for(newsroom, command_line):
    newsroom.publish(ministry="official").begin()
    for source in newsroom.walk.sources:
        newsroom.read(source)
    newsroom.read("one", **{"zarina-ahmadova": HER})
    story = newsroom.walk.store.query("SELECT id FROM stories")[0]["id"]
    newsroom.end()
    prrwatch = command_line(newsroom.folder)
    asked = prrwatch("bundle", story, "--out", "x.zip")
    assert (asked.code, "say --with-originals" in asked.err) == (2, True)
    for choice, names_her in (("--without-originals", False), ("--with-originals", True)):
        path = newsroom.folder / f"x{choice}.zip"
        assert prrwatch("bundle", story, "--out", str(path), choice).code == 0
        assert prrwatch("verify", str(path)).code == 0
        with zipfile.ZipFile(path) as archive:
            found = {name: archive.read(name) for name in archive.namelist()}
        assert any(name.startswith("originals/") for name in found) == names_her
        named = {name for name, whole in found.items() if b"Ahmadova" in whole}
        assert all(name.startswith("originals/") for name in named), named
        assert any(b"zarina-ahmadova" in whole for whole in found.values()) == names_her
        [text] = [whole.decode() for name, whole in found.items() if name.endswith(".txt")]
        assert len(text) == len(HER)
        assert text.startswith("██████ ████████, 34, who was repatriated")


# -- changed bundles --------------------------------------------------------------------------------------------------


def told(filed, opened: Zip, *words: str) -> None:
    opened.write(filed.folder / "two.zip")
    done = filed("verify", "two.zip")
    assert done.refused(1, *words), done


def test_a_changed_file(filed, opened):
    opened.files["story.json"] += b" "
    told(filed, opened, "story.json: more than the")
    opened.files["story.json"] = opened.files["story.json"][:-3] + b"xx"
    told(filed, opened, "story.json:")


def test_a_changed_byte_of_the_same_length(filed, opened):
    page = opened.files["index.html"]
    opened.files["index.html"] = page.replace(b"Twelve", b"Eleven")
    told(filed, opened, "index.html: its SHA-256 is not the one listed")


def test_a_file_more_and_one_less(filed, opened):
    opened.files["extra.txt"] = b"x"
    del opened.files["events.json"]
    told(filed, opened, "extra.txt: not in the manifest", "events.json: missing")


def test_a_quote_that_was_moved(filed, opened):
    path = version(opened)
    changed = json.loads(opened.files[path])
    changed["verdict"]["evidence"][0]["start"] += 1
    opened.files[path] = json.dumps(changed).encode()
    opened.relisted()
    told(filed, opened, "a quote does not stand where it should")


def test_a_text_that_was_changed_with_its_hash(filed, opened):
    path = version(opened).replace(".json", ".txt")
    opened.files[path] += b" And more."
    opened.relisted()
    told(filed, opened, "the text is not the one that was read")


def test_an_original_of_another_name(filed, opened):
    [path] = [name for name in opened.files if name.startswith("originals/")]
    opened.files[path] = b"<body>"
    opened.relisted()
    told(filed, opened, "its name is not its SHA-256")
    del opened.files[path]
    opened.relisted()
    told(filed, opened, "is not in the bundle")


@pytest.mark.parametrize("path", ["../evil", "/etc/evil", "a\\b", "C:evil", "documents/../../evil", "a//b", ".hidden"])
def test_a_path_that_leads_elsewhere(filed, opened, path):
    opened.files[path] = b"x"
    opened.relisted()
    told(filed, opened, "a path that leads elsewhere")


def test_a_link_and_a_file_that_is_there_twice(made):
    target = io.BytesIO(made.read_bytes())
    with zipfile.ZipFile(target, "a") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("story.json", b"{}")
    _, problems = bundle.check(target)
    assert problems == ("link: not a plain file", "story.json: there are several")


def test_a_bomb_is_read_no_further_than_it_says(opened):
    path = version(opened).replace(".json", ".txt")
    opened.files[path] = bytes(40 << 20)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, whole in opened.files.items():
            archive.writestr(name, whole)
    assert len(target.getvalue()) < 1 << 20
    _, problems = bundle.check(target)
    assert any("more than the" in each for each in problems)
    assert bundle.check(target, 1000)[1][-1] == "too much in all: the rest was not read"


@pytest.mark.parametrize("whole", [b"", b"PK", b"not a zip" * 100, b"PK\x05\x06" + bytes(18)])
def test_what_is_no_bundle(whole):
    seal, problems = bundle.check(io.BytesIO(whole))
    assert seal is None
    assert len(problems) == 1


@pytest.mark.parametrize(
    "manifest", [b"[]", b"{", b"[" * 100_000, b'{"format": "prrwatch-bundle/1", "files": [1, {}]}']
)
def test_a_manifest_that_is_none(filed, opened, manifest):
    opened.files["manifest.json"] = manifest
    told(filed, opened, "manifest.json: ")


def test_every_cut_and_every_flipped_byte_is_told_or_harmless(made):
    """Never a crash; and what a bundle says is never another thing under the same seal."""
    whole = made.read_bytes()
    seal, _ = bundle.check(io.BytesIO(whole))
    for at in range(0, len(whole), 211):
        assert bundle.check(io.BytesIO(whole[:at]))[1]
        flipped = bytearray(whole)
        flipped[at] ^= 0x40
        found, problems = bundle.check(io.BytesIO(bytes(flipped)))
        assert problems or found == seal


def test_an_original_that_was_pruned(filed, story):
    with open_store(filed.folder / "prrwatch.db") as store, store.originals_transaction() as connection:
        connection.execute("DELETE FROM bodies")
    assert filed("bundle", story, "--out", "x.zip").refused(1, "not kept any more")
    assert filed("bundle", story, "--out", "x.zip", "--without-originals").code == 0

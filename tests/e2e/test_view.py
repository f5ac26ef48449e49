"""The web view in a real Chromium, on the demo's store: what an analyst does from an alert's link on.

Chromium is the system's (apt install chromium). Accessibility is checked by axe-core where it is installed: `npm
install --no-save axe-core` in this repository, or PRRWATCH_AXE with the path of its axe.min.js.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from prrwatch import settings
from prrwatch.alert import Alert, AlertKind
from prrwatch.messages.rendering import render
from storage import stories
from storage.store import open_readonly

sync_api = pytest.importorskip("playwright.sync_api", reason="needs the extra js")
pytest.importorskip("datasette", reason="needs the extra ui")
CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt install chromium"),
]

AXE = Path(os.environ.get("PRRWATCH_AXE", Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"))
PASSWORD = "correct horse battery"
WEB = '[web]\nbase_url = "{url}"\npassword = "env:PRRWATCH_TEST_PASSWORD"\n'
#: What the page's own Content-Security-Policy forbade; the listener itself comes from outside of the page.
LISTENER = """
    window.violations = [];
    document.addEventListener(
        "securitypolicyviolation", each => violations.push(each.violatedDirective + " " + each.blockedURI)
    );
"""
PAGES = (
    "",
    "?days=30&country=KZ",
    "search?q=возвращение",
    "figures",
    "calendar",
    "sources",
    "source/sample-herald-ru",
    "rules",
    "queries",
    "queries/this-week?days=30",
    "store",
    "store/stories_now",
    "store?sql=select+1",
    "sign-in",
    "story/none",
)


@dataclass
class Shown:
    """A page of the browser, and what was said on its console or forbidden by the policy, on every page so far."""

    page: object
    home: str
    complaints: list[str] = field(default_factory=list)

    def open(self, address: str = "") -> Shown:
        self.page.goto(address if address.startswith("http") else f"{self.home}/{address}")
        return self.check()

    def check(self) -> Shown:
        self.complaints += self.page.evaluate("window.violations")
        assert self.complaints == [], self.page.url
        return self

    def click(self, role: str, name: str | re.Pattern[str]) -> Shown:
        self.page.get_by_role(role, name=name).first.click()
        self.page.wait_for_load_state()
        return self.check()

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def sign_in(self, password: str = PASSWORD) -> Shown:
        self.page.get_by_label("Your name").fill("Ann")
        self.page.get_by_label("Password").fill(password)
        return self.click("button", "Sign in")


@dataclass(frozen=True)
class Served:
    """The demo's store behind `prrwatch serve`."""

    folder: Path
    home: str

    def run(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "scheduler", "--config", str(self.folder / "prrwatch.toml"), *arguments]
        environ = {**os.environ, "PRRWATCH_DEMO_MAIL": "mailto://127.0.0.1:9/?from=a@example.org&to=b@example.org"}
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environ, check=True)
        return done.stdout


def _failed(shown, asked):
    """What a step to the next page cut short, say an icon, did not fail."""
    if "ERR_ABORTED" not in (asked.failure or ""):
        shown.complaints.append(f"failed: {asked.url} {asked.failure}")


@pytest.fixture(scope="module")
def served(demo_process, tmp_path_factory) -> Iterator[Served]:
    demo_process.wait()
    folder = tmp_path_factory.mktemp("view")
    shutil.copytree(demo_process.folder, folder, dirs_exist_ok=True)
    site = folder / "prrwatch.toml"
    before = site.read_text(encoding="utf-8")
    site.write_text(before + WEB.format(url="http://127.0.0.1"), encoding="utf-8")
    command = [sys.executable, "-m", "scheduler", "--config", str(site), "serve", "--port", "0"]
    environ = {**os.environ, "PYTHONUNBUFFERED": "1", "PRRWATCH_TEST_PASSWORD": PASSWORD}
    with (folder / "err").open("w+") as err:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=err, text=True, env=environ)
        try:
            home = process.stdout.readline().split()[0].rstrip("/")
            site.write_text(before + WEB.format(url=home), encoding="utf-8")  # as messages name it
            yield Served(folder, home)
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
        finally:
            process.kill()
            process.stdout.close()
        err.seek(0)
        assert err.read() == ""


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])  # root, in containers
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium, served):
    """A new browser, without cookies."""
    contexts = []

    def new(**options) -> Shown:
        context = chromium.new_context(**options)
        context.add_init_script(LISTENER)
        context.set_default_timeout(20_000)
        contexts.append(context)
        shown = Shown(context.new_page(), served.home)
        # A page that is not there says so on the console too; everything else there is a complaint.
        shown.page.on("console", lambda said: "status of" in said.text or shown.complaints.append(said.text))
        shown.page.on("pageerror", lambda error: shown.complaints.append(str(error)))
        shown.page.on("requestfailed", lambda asked: _failed(shown, asked))
        return shown

    yield new
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def told(served) -> str:
    """The link in the message about the story that most documents tell."""
    site = settings.load(served.folder / "prrwatch.toml")
    with open_readonly(site.store) as store:
        row = store.first("SELECT story FROM memberships GROUP BY story ORDER BY count(*) DESC, story")
        alert = Alert("new-1", AlertKind.NEW, "returnees", "analysts", (row["story"],))
        message = render(alert, [stories.story(store, row["story"])], view=site.base_url)
    [link] = set(re.findall(rf"{re.escape(served.home)}/story/[\w-]+", message.text))
    return link


def test_from_the_alert_to_the_evidence_and_its_copies(browse, told):
    shown = browse(viewport={"width": 390, "height": 844}).open(told)
    marks = shown.page.locator("mark:visible")
    assert marks.count() >= 3
    assert marks.first.evaluate("each => getComputedStyle(each).backgroundColor") != "rgba(0, 0, 0, 0)"
    assert "copied from the one above" in shown.text()
    shown.click("link", re.compile("every match|versions and what the web answered"))
    assert "/document/" in shown.page.url
    shown.page.go_back()
    copy = shown.page.locator("ul.tree ul.tree a[href*='/document/']").first
    address = copy.get_attribute("href")
    copy.click()
    shown.page.wait_for_url(f"**{address}")
    assert shown.check().page.locator("h1").inner_text()
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_filters_narrow_what_is_shown(browse):
    shown = browse().open("?days=30")
    before = shown.page.locator("main li.entry").count()
    shown.page.locator("select[name=country]").select_option("KZ")
    shown.click("button", "Show")
    assert "country=KZ" in shown.page.url
    assert 0 < shown.page.locator("main li.entry").count() < before


def test_a_search_in_russian_finds_other_forms_of_the_word(browse):
    shown = browse().open("search")
    shown.page.get_by_label("Words").fill("женщина Сирия")
    shown.click("button", "Search")
    assert "Центр в Актау помог сорока женщинам" in shown.text()
    assert "женщин" in " ".join(shown.page.locator("main mark").all_inner_texts())


def test_a_press_changes_the_precision(browse, told, served):
    analyst, reader = browse().open(told), browse()
    analyst.click("link", "Sign in to say something").sign_in()
    assert analyst.page.url == told
    analyst.page.get_by_label("Why (may be empty)").fill("about mediators")
    analyst.click("button", "Not relevant")
    assert "You said that it is not relevant." in analyst.text()
    first = reader.open("rules").page.locator("main table").first.inner_text()
    assert re.search(r"\t1\t0\t0 %", first), first
    analyst.click("button", re.compile("^Relevant"))
    second = reader.open("rules").page.locator("main table").first.inner_text()
    assert re.search(r"\t1\t1\t100 %", second), second
    labels = [row for row in served.run("export", "labels", "--format", "jsonl").splitlines() if "mediators" in row]
    assert labels


def test_who_is_not_signed_in_is_denied(browse, told):
    shown = browse().open(told)
    assert shown.page.get_by_role("button", name="Not relevant").count() == 0
    answer = shown.page.request.post(f"{told}/say", form={"word": "relevant", "document": "1", "token": "x"})
    assert (answer.status, "Only who is signed in" in answer.text()) == (403, True)
    shown.open("sign-in").sign_in("wrong password")
    assert "That is not the password." in shown.text()
    assert "Signed in as" not in shown.open("rules").page.locator("footer").inner_text()


def test_the_keyboard_is_enough(browse):
    shown = browse().open()
    shown.page.keyboard.press("Tab")
    assert shown.page.evaluate("document.activeElement.textContent") == "Skip to the content"
    shown.page.keyboard.press("Enter")
    assert shown.page.evaluate("document.activeElement.id") == "content"


def test_every_page_keeps_the_policy_and_is_usable_by_everybody(browse, told):
    """No violation, nothing wider than a phone, and, where axe-core is there, nothing wrong by its rules."""
    shown = browse(viewport={"width": 390, "height": 844})
    link = shown.open(told).page.locator("main a[href*='/document/']").first
    document = link.get_attribute("href").removeprefix("/")
    axe = AXE.read_text(encoding="utf-8") if AXE.exists() else None
    for address in (*PAGES, told, document):
        shown.open(address)
        assert shown.page.evaluate("document.documentElement.scrollWidth") <= 390, address
        assert axe is None or wrong(shown.page, axe) == [], address
    if axe is None:
        pytest.skip("policy and width are fine; accessibility needs axe-core: npm install --no-save axe-core")


def wrong(page, axe: str) -> list[str]:
    """What axe-core finds, but for trifles: all of its rules in the light, in the dark those of contrast."""
    page.evaluate(axe)  # by the debugger: the page's policy lets no script in
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    page.emulate_media(color_scheme="dark")
    found += page.evaluate("axe.run(document, {resultTypes: ['violations'], runOnly: ['color-contrast']})")[
        "violations"
    ]
    page.emulate_media(color_scheme="light")
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found if each["impact"] != "minor"]

"""Who may say something of a story, and what becomes of it. Attackers: without a session, from elsewhere, guessing."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from prrwatch.errors import StoreError
from prrwatch.feedback import Remark, Word
from storage import labels
from storage.store import open_store
from webview import Analysts, Site
from webview.app import application
from webview.speaking import said

PASSWORD = "correct horse battery"


@dataclass
class Browser:
    """A client that keeps its cookie and finds the token in what it was shown, as a browser does."""

    datasette: object
    cookies: dict[str, str] = field(default_factory=dict)
    page: str = ""

    async def get(self, address: str, status: int = 200) -> str:
        return await self._asked("GET", address, status)

    async def post(self, address: str, status: int = 303, **form: str) -> str:
        return await self._asked("POST", address, status, data={"token": self.token(), **form})

    async def sign_in(self, password: str = PASSWORD, status: int = 303, **form: str) -> str:
        await self.get("/sign-in")
        return await self.post("/sign-in", status, password=password, **{"name": "Ann", **form})

    def token(self) -> str:
        found = re.search(r'name="token" value="(\w+)"', self.page)
        return found[1] if found else ""

    async def _asked(self, method: str, address: str, status: int, **more) -> str:
        answer = await self.datasette.client.request(method, address, cookies=self.cookies, **more)
        assert answer.status_code == status, answer.text
        self.cookies.update(dict(answer.cookies))
        self.page = answer.text or self.page
        self.headers = answer.headers
        return answer.headers.get("location", "") or answer.text


def filing(path, remark: Remark) -> bool:
    with open_store(path) as store:
        return labels.remark(store, remark, datetime(2026, 11, 22, 9, tzinfo=UTC))


@pytest.fixture
def place(store_path, tmp_path):
    for file in store_path.parent.glob("prrwatch*.db"):
        shutil.copy(file, tmp_path)
    return tmp_path / "prrwatch.db"


@pytest.fixture
def browser(place, now) -> Browser:
    analysts = Analysts(PASSWORD, partial(filing, place))
    return Browser(application(Site(place, now=lambda: now, analysts=analysts)))


def rows(path, sql: str) -> list[tuple]:
    with open_store(path) as store:
        return [tuple(row) for row in store.query(sql)]


def lead(page: str) -> str:
    return re.search(r'name="document" value="(\d+)"', page)[1]


async def test_a_press_is_filed_and_changes_the_precision(browser, place, flight):
    assert "Sign in to say something" in await browser.get(f"/story/{flight}")
    assert await browser.sign_in(story=flight) == f"/story/{flight}"
    page = await browser.get(f"/story/{flight}")
    assert "Signed in as <bdi>Ann</bdi>" in page
    before = rows(place, "SELECT sum(right), sum(labelled) FROM precision_by_rule")
    where = await browser.post(f"/story/{flight}/say", document=lead(page), word="not-relevant", note="=wrong <b>")
    assert where == f"/story/{flight}?said=not-relevant#feedback"
    assert rows(place, "SELECT relevant, note, by FROM labels ORDER BY id DESC LIMIT 1") == [(0, "=wrong <b>", "Ann")]
    after = rows(place, "SELECT sum(right), sum(labelled) FROM precision_by_rule")
    assert (after[0][1], after[0][0]) == (before[0][1], 0)
    told = await browser.get(where.partition("#")[0])
    assert "You said that it is not relevant." in told
    assert "not relevant, says <bdi>Ann</bdi>" in told
    assert "=wrong &lt;b&gt;" in told


@pytest.mark.parametrize("word", ["wrong-story", "wrong-date"])
async def test_what_is_wrong_with_a_story_is_kept(browser, place, flight, word):
    await browser.sign_in()
    page = await browser.get(f"/story/{flight}")
    await browser.post(f"/story/{flight}/say", document=lead(page), word=word, note="")
    assert rows(place, "SELECT what, story, by FROM remarks") == [(word, flight, "Ann")]
    assert f"{word.replace('-', ' ')}, says" in await browser.get(f"/story/{flight}")


async def test_nobody_speaks_who_is_not_signed_in(browser, place, flight):
    await browser.get("/sign-in")  # has a cookie and a token, and no name
    refused = await browser.post(f"/story/{flight}/say", 403, document="1", word="relevant")
    assert "Only who is signed in" in refused
    browser.cookies.clear()
    await browser.post(f"/story/{flight}/say", 403, document="1", word="relevant")
    assert len(rows(place, "SELECT * FROM labels")) == 1


@pytest.mark.parametrize("token", ["", "0" * 64, "é", "x" * 5000])
async def test_a_form_from_elsewhere_does_not_count(browser, place, flight, token):
    await browser.sign_in()
    await browser.post(f"/story/{flight}/say", 403, token=token, document="1", word="relevant")
    assert len(rows(place, "SELECT * FROM labels")) == 1


async def test_the_token_of_another_session_does_not_count(browser, flight):
    await browser.sign_in()
    other = Browser(browser.datasette)
    await other.sign_in()
    page = await other.get(f"/story/{flight}")
    await browser.post(f"/story/{flight}/say", 403, token=other.token(), document=lead(page), word="relevant")


async def test_the_cookie_is_out_of_reach(browser):
    await browser.sign_in()
    cookie = browser.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert PASSWORD not in cookie


async def test_the_cookie_needs_tls_where_people_come_over_it(place, now, flight):
    analysts = Analysts(PASSWORD, partial(filing, place), secure=True)
    site = Site(place, base_url="https://prr.example.org/prr", now=lambda: now, analysts=analysts)
    answer = await application(site).client.get("/sign-in")
    assert "Secure" in answer.headers["set-cookie"]
    assert "Path=/prr/" in answer.headers["set-cookie"]
    assert 'action="/prr/sign-in"' in answer.text


@pytest.mark.parametrize(
    "change", [lambda c: c[:-1] + "x", lambda c: "x" + c[1:], lambda c: c.partition(".")[0], str.upper]
)
async def test_a_forged_cookie_is_nobody(browser, flight, change):
    await browser.sign_in()
    browser.cookies["prrwatch"] = change(browser.cookies["prrwatch"])
    assert "Sign in to say something" in await browser.get(f"/story/{flight}")


async def test_a_session_ends(place, now, flight):
    moment = [now]
    analysts = Analysts(PASSWORD, partial(filing, place))
    browser = Browser(application(Site(place, now=lambda: moment[0], analysts=analysts)))
    await browser.sign_in()
    moment[0] += timedelta(hours=12, seconds=1)
    assert "Sign in to say something" in await browser.get(f"/story/{flight}")


async def test_signing_out(browser, flight):
    await browser.sign_in()
    await browser.get(f"/story/{flight}")
    await browser.post("/sign-out", token="0")
    assert "Signed in as" in await browser.get(f"/story/{flight}")
    await browser.post("/sign-out")
    assert 'prrwatch=""' in browser.headers["set-cookie"]


async def test_guessing_is_slowed_down(place, now):
    moment = [now]
    analysts = Analysts(PASSWORD, partial(filing, place))
    browser = Browser(application(Site(place, now=lambda: moment[0], analysts=analysts)))
    for _ in range(4):
        assert "That is not the password" in await browser.sign_in("guess", 403)
    assert "wait a quarter" in await browser.sign_in("guess", 429)
    assert "wait a quarter" in await browser.sign_in(PASSWORD, 429)
    moment[0] += timedelta(minutes=16)
    await browser.sign_in()


def test_guessing_from_many_places_is_slowed_down_too(now):
    analysts = Analysts(PASSWORD, lambda _: True)
    for number in range(500):
        assert analysts.signed_in("guess", "x", f"10.0.{number // 256}.{number % 256}", now) is None
    assert analysts.must_wait("192.0.2.1", now)
    assert len(analysts._wrong) <= 101


async def test_no_address_from_outside_is_gone_to(browser):
    for story in ("//evil.example", "https://evil.example/", "../x", "\\evil"):
        assert await browser.sign_in(story=story) == "/"
        await browser.get("/")
        await browser.post("/sign-out")
        browser.cookies.clear()


@pytest.mark.parametrize(
    "form", [{"word": "great"}, {"document": "x"}, {"document": "-1"}, {"word": ""}, {"document": "1" * 40}]
)
async def test_what_no_button_says(browser, flight, form):
    await browser.sign_in()
    page = await browser.get(f"/story/{flight}")
    await browser.post(f"/story/{flight}/say", 400, **{"document": lead(page), "word": "relevant", **form})


async def test_a_document_of_another_story(browser, place, flight):
    await browser.sign_in()
    await browser.get(f"/story/{flight}")
    [(other,)] = rows(place, f"SELECT document FROM memberships WHERE story <> '{flight}' LIMIT 1")
    assert "not of this story" in await browser.post(f"/story/{flight}/say", 409, document=str(other), word="relevant")


async def test_large_forms_and_other_paths_are_refused(browser, flight):
    await browser.sign_in()
    await browser.get(f"/story/{flight}")
    await browser.post(f"/story/{flight}/say", 413, document="1", word="relevant", note="x" * 10_000)
    for address in ("/", f"/story/{flight}", "/store", "/-/permissions", f"/prr/story/{flight}/say"):
        await browser.post(address, 405)


async def test_a_store_that_is_busy_is_said(place, now, flight):
    def busy(_remark):
        raise StoreError("locked")

    browser = Browser(application(Site(place, now=lambda: now, analysts=Analysts(PASSWORD, busy))))
    await browser.sign_in()
    page = await browser.get(f"/story/{flight}")
    assert "nothing was kept" in await browser.post(f"/story/{flight}/say", 503, document=lead(page), word="relevant")


async def test_without_a_password_nobody_signs_in(view, flight):
    assert "Sign in" not in await view.page(f"/story/{flight}")
    await view.get("/sign-in", 404)
    for address in ("/sign-in", f"/story/{flight}/say"):
        assert (await view.datasette.client.post(address, data={})).status_code == 405


def test_every_word_can_be_said():
    assert all(said(word.value) for word in Word)
    assert said("<script>") == ""

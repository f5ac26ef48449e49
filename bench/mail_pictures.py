"""Takes the pictures of docs/mail: mails of each kind as the walk writes them, in the system's Chromium.

    python bench/mail_pictures.py docs/mail

On a desk (1000 wide) and on a phone (390), light and dark; NAME.txt beside them is its plain text. The HTML goes
to a folder that is named at the end, for a validator: `java -jar vnu.jar FOLDER/*.html`. What is told is invented, and
told by the real walk on a real store (the newsroom of tests/scheduler).
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "scheduler"))

from newsroom import DAILY, NOW_ALL, Article, Newsroom

from prrwatch.alert import Alert, AlertKind, Message
from prrwatch.person import Names
from scheduler import clock
from scheduler.compose import message_of
from scheduler.tell import open_due
from storage import outbox

VIEW = "https://prr.example.org/view"
SCREENS = {"desktop": {"width": 1000, "height": 700}, "phone": {"width": 390, "height": 844}}
SCHEMES = ("light", "dark")
#: Of these all four pictures are kept; of the others the desk's in the light and the phone's in the dark.
ALL_FOUR = frozenset({"new", "digest"})
FEW = frozenset({("desktop", "light"), ("phone", "dark")})
PUBLISHERS = {"ministry": "official", "mission": "official", "wire": "syndicator", "post": "media", "kabar": "media"}
FLIGHT = (
    "Kazakhstan repatriated {women} women and 320 children from camps in north-east Syria on 2 March 2026, the "
    "Ministry of Foreign Affairs said. They were brought to a rehabilitation and reintegration centre in Aktau, where "
    "psychologists and social workers help the returnees from conflict zones to settle. It was the sixth operation of "
    "this kind, and doctors went along. Relatives were told by telephone and may visit them from next week on."
)
COUNCIL = (
    "The third meeting of the Regional Expert Council on the Rehabilitation and Reintegration of Returnees from "
    "Conflict Zones will be held in Tashkent on 14 March 2026. Experts of the five states of Central Asia will "
    "discuss the prosecution, rehabilitation and reintegration of returnees from Syria and Iraq. The meeting is "
    "organised by UNOCT and the OSCE. Kazakhstan, Kyrgyzstan, Tajikistan, Turkmenistan and Uzbekistan send their "
    "deputy ministers, the organisers said."
)
COURT = (
    "Суд в Бишкеке приговорил к пяти годам гражданина Кыргызстана, вернувшегося из Сирии, за участие в "
    "террористической организации. Прокуратура просила восемь лет. По данным суда, осуждённый был возвращён на родину "
    "в 2024 году вместе с другими гражданами, вывезенными из лагерей. Его жена и двое детей проходят программу "
    "реабилитации и реинтеграции, сообщили в суде."
)
MOTHER = (
    "Aigerim Bekova, a mother of four who returned to Kazakhstan from al-Hol camp in Syria, told Kabar that her "
    "children go to school again. A rehabilitation and reintegration programme for returnees from conflict zones "
    "taught her to sew."
)
EARLIER = (
    "Tajikistan brought home {n} women from the Roj camp in Syria in {year}. A course in {place} prepares social "
    "workers for the rehabilitation and reintegration of returnees from conflict zones, and {n} families take part."
)


def day(month: int, number: int) -> datetime:
    return datetime(2026, month, number, tzinfo=UTC)


def told(room: Newsroom) -> dict[str, Message]:
    """A fortnight of news; the mails that come of it, by the name of the picture."""
    room.begin()
    towns = (("Khujand", 2023, 17), ("Bokhtar", 2022, 46), ("Kulob", 2024, 21))
    room.read(
        "post",
        **{
            place: Article(
                EARLIER.format(n=n, year=year, place=place),
                f"{n} women of Roj camp: a course in {place}",
                day(2, n % 20 + 1),
            )
            for place, year, n in towns
        },
    )
    room.read_all()
    flight = FLIGHT.format(women=148)
    room.read("wire", flight=Article(flight, "Kazakhstan brings home 148 women and their children", day(3, 2)))
    room.read("ministry", flight=Article(f"{flight} Press service.", "On the return of citizens from Syria"))
    room.read("post", flight=Article(FLIGHT.format(women=156), "156 women and 320 children fly home", day(3, 3)))
    room.read("mission", council=Article(COUNCIL, "Regional Expert Council to meet in Tashkent", day(3, 2)))
    room.read("kabar", court=Article(COURT, "Суд в Бишкеке приговорил вернувшегося из Сирии", day(3, 2), "ru"))
    room.read("kabar", mother=Article(MOTHER, "A returned mother sews for a living", day(3, 2)))
    room.now = day(3, 3) - timedelta(hours=2)
    open_due(room.walk)
    corrected = flight.replace("148", "151")
    room.read("ministry", flight=Article(f"{corrected} Press service.", "On the return of citizens from Syria"))
    for _ in range(2):
        room.find_gone("wire", "flight")
    room.now = day(3, 10) + timedelta(hours=20)
    for source in ("ministry", "mission", "post", "kabar"):
        room.read(source)
    room.now = day(3, 10) + timedelta(hours=22)
    open_due(room.walk)
    room.now = day(3, 11) + timedelta(hours=9)
    open_due(room.walk)
    return dict(_named(room))


def _named(room: Newsroom) -> Iterator[tuple[str, Message]]:
    alerts = [each.alert for each in outbox.lease(room.walk.store, room.now, 1000, 0)]
    for alert in alerts:
        message = message_of(room.walk.store, alert, Names.COVERED, VIEW)
        if alert.kind is not AlertKind.NEW or "148 women" in message.text:
            yield _name(alert), message


def _name(alert: Alert) -> str:
    if alert.kind is AlertKind.UPDATE and "off the web" in alert.body:
        return "withdrawn"
    return "quiet" if alert.kind is AlertKind.DIGEST and not alert.stories else str(alert.kind)


def shoot(browser: Browser, html: Path, target: Path) -> Iterator[Path]:
    for screen, size in SCREENS.items():
        for scheme in SCHEMES:
            if html.stem not in ALL_FOUR and (screen, scheme) not in FEW:
                continue
            page = browser.new_page(viewport=size, color_scheme=scheme)
            page.goto(html.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{html} is too wide"
            path = target / f"{html.stem}-{screen}-{scheme}.png"
            page.screenshot(path=path, full_page=True)
            page.close()
            yield path


def main(target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    pages = Path(tempfile.mkdtemp(prefix="mail-"))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        room = Newsroom(Path(folder), NOW_ALL + DAILY.format(zone="Asia/Tashkent"), ())
        room.publish(**PUBLISHERS)
        clock.now = lambda: room.now  # the store's own clock must not run ahead of the one that is moved by hand
        messages = told(room)
        room.end()
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, message in messages.items():
            (target / f"{name}.txt").write_text(f"Subject: {message.subject}\n\n{message.text}", encoding="utf-8")
            html = pages / f"{name}.html"
            html.write_text(message.html, encoding="utf-8")
            for path in shoot(browser, html, target):
                print(f"{path}  {path.stat().st_size:,} bytes")
        browser.close()
    print(f"HTML: {pages}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

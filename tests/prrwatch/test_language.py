from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest

from prrwatch import language

SIB = Path(__file__).parents[3] / "shared" / "real-data" / "sib-200-languages.zip"
NAMES = {
    "rus": "ru",
    "uzn": "uz",
    "kaz": "kk",
    "kir": "ky",
    "tgk": "tg",
    "tuk": "tk",
    "eng": "en",
    "fra": "fr",
    "deu": "de",
    "arb": "ar",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The second meeting of the regional expert council was held in Tashkent.", "en"),
        ("Второе заседание регионального экспертного совета прошло в Ташкенте.", "ru"),
        ("Mintaqaviy ekspertlar kengashining ikkinchi yig‘ilishi Toshkentda bo‘lib o‘tdi.", "uz"),
        ("Минтақавий экспертлар кенгашининг иккинчи йиғилиши Тошкентда бўлиб ўтди.", "uz"),
        ("Өңірлік сарапшылар кеңесінің екінші отырысы Ташкентте өтті.", "kk"),
        ("Аймактык эксперттер кеңешинин экинчи жыйыны Ташкентте болуп өттү.", "ky"),
        ("Ҷаласаи дуюми шӯрои коршиносони минтақавӣ дар шаҳри Тошканд баргузор гардид.", "tg"),
        ("Sebitleýin bilermenler geňeşiniň ikinji mejlisi Daşkentde geçirildi.", "tk"),
        ("RÜCKKEHRER AUS KRISENGEBIETEN WERDEN IN DIE GESELLSCHAFT EINGEGLIEDERT", "de"),
        ("", None),
        ("OSCE", None),
        ("27.11.2024 10:30 +998 71 120 24 50", None),
        ("Встреча", None),
    ],
)
def test_the_text_tells_its_language(text: str, expected: str | None) -> None:
    assert language.of(text) == expected


def test_a_huge_text_is_looked_at_in_part() -> None:
    assert language.of("Это предложение на русском языке. " * 200_000) == "ru"


@pytest.mark.skipif(not SIB.exists(), reason="the shared real data is not here")
def test_nearly_every_real_sentence_is_told() -> None:
    wrong, total = 0, 0
    with zipfile.ZipFile(SIB) as archive:
        for name in archive.namelist():
            code = name.rsplit("/", 2)[-2][:3] if name.endswith("dev.tsv") else ""
            if code not in NAMES:
                continue
            rows = csv.DictReader(io.StringIO(archive.read(name).decode()), delimiter="\t", quoting=csv.QUOTE_NONE)
            answers = [language.of(row["text"]) for row in rows]
            total += len(answers)
            wrong += sum(answer != NAMES[code] for answer in answers)
    assert total > 900
    assert wrong <= total * 0.002

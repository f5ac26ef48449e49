"""How well stories are told apart: on two public sets beside TF-IDF with a threshold tuned on the set itself.

    python bench/stories.py FOLDER           # FOLDER holds story-pairs.zip
    python bench/stories.py --own cases      # our own labelled events (tests/eval_stories)

Ours runs with the weights and the threshold that are in the code. TF-IDF (smoothed as in scikit-learn: words of
two letters or more, raw counts, length 1) is given the best threshold for each figure, which no one could know before.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import combinations
from math import log, sqrt
from pathlib import Path

from prrwatch.document import Dated, Precision
from prrwatch.relevance import judge, load_rules
from prrwatch.stories import Candidate, Rarity, Telling, assign, fingerprint, group_tellings, keys, sketch

OWN = Path(__file__).parents[1] / "tests" / "eval_stories"
_WORD = re.compile(r"\w\w+")
Vector = dict[str, float]


def main() -> None:
    """Print the figures."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", nargs="?", type=Path)
    asked.add_argument("--own", choices=sorted(path.parent.name for path in OWN.glob("*/events.jsonl")))
    given = asked.parse_args()
    if given.own:
        own(given.own)
    if given.folder:
        archive = zipfile.ZipFile(given.folder / "story-pairs.zip")
        telegram(_lines(archive, "storypairs-tg-dev.jsonl"))
        ecb(_lines(archive, "ecbplus-stories.jsonl"))


def own(part: str) -> None:
    """Pairs and B-cubed on our own events, filed in three orders."""
    rules = load_rules()
    documents = [json.loads(line) for line in (OWN / part / "events.jsonl").read_text("utf-8").splitlines()]
    told = [(each, _own_telling(each, rules)) for each in documents]
    print(f"own events, {part}: {len(documents)} documents, {len({each['event'] for each in documents})} events")
    for order in ("published", "shuffled 1", "shuffled 2"):
        told.sort(key=lambda pair: pair[0]["published"] or "9")
        if order != "published":
            random.Random(int(order[-1])).shuffle(told)
        ours = [each.story for each in group_tellings([(document["id"], telling) for document, telling in told])]
        gold = [document["event"] for document, _ in told]
        abroad = [
            (one, other) for one, other in combinations(range(len(told)), 2) if _abroad(told[one][0], told[other][0])
        ]
        found = sum(ours[one] == ours[other] for one, other in abroad) / len(abroad)
        print(f"  {order}: {_figures(gold, ours)}, recall across languages {found:.3f}")


def telegram(pairs: Sequence[dict]) -> None:
    """Same event or not: F1 of "same"."""
    for language in ("ru", "en"):
        rows = [row for row in pairs if row["lang"] == language]
        gold = [row["same"] for row in rows]
        texts = [f"{row[side]['title']}\n{row[side]['text']}" for row in rows for side in "ab"]
        vectors = tf_idf(texts)
        scores = [cosine(vectors[2 * at], vectors[2 * at + 1]) for at in range(len(rows))]
        best = max((_f1(gold, [score >= limit for score in scores]), limit) for limit in set(scores))
        said = _same(rows, language)
        print(
            f"Telegram {language}, {len(rows)} pairs: ours F1 {_f1(gold, said):.3f} "
            f"(precision {_precision(gold, said):.3f}), "
            f"TF-IDF tuned {best[0]:.3f} at {best[1]:.2f}"
        )


def _same(rows: Sequence[dict], language: str) -> list[bool]:
    """Every pair alone; how rare a word is, is counted over the texts of the language."""
    told = [Telling(row[side]["title"], row[side]["text"], language, None) for row in rows for side in "ab"]
    rarity = Rarity(len(told), Counter(key for telling in told for key in keys(telling)))
    taken = [(sketch(each.text), fingerprint(each, rarity)) for each in told]
    return [
        not assign("b", *_as(taken[2 * at + 1], Candidate("s-a", "a", *taken[2 * at]))).opens for at in range(len(rows))
    ]


def _as(newcomer: tuple, candidate: object) -> tuple:
    return newcomer[0], [candidate], newcomer[1]


def ecb(rows: Sequence[dict]) -> None:
    """ECB+: 43 topics, each with a look-alike twin."""
    gold = [row["story"] for row in rows]
    vectors = tf_idf([row["text"] for row in rows])
    near = {
        pair: score
        for pair in combinations(range(len(rows)), 2)
        if (score := cosine(vectors[pair[0]], vectors[pair[1]])) > 0.05
    }
    begun = time.perf_counter()
    ours = [
        each.story for each in group_tellings([(row["id"], Telling(None, row["text"], "en", None)) for row in rows])
    ]
    spent = time.perf_counter() - begun
    print(f"ECB+, {len(rows)} texts: ours {_figures(gold, ours)} ({spent:.0f} s)")
    for name, half in (("even topics, looked at", 0), ("odd topics, untouched", 1)):
        chosen = [at for at, row in enumerate(rows) if int(row["topic"]) % 2 == half]
        print(f"  {name}: {_figures([gold[at] for at in chosen], [ours[at] for at in chosen])}")
    limits = [limit / 100 for limit in range(10, 60, 2)]
    print(f"  TF-IDF pairs alone, tuned: pairwise F1 {max(_pairs_alone(gold, near, limit) for limit in limits):.3f}")
    for name, cluster in (("single link", single_link), ("average link, online", online)):
        grouped = [cluster(len(rows), near, limit) for limit in limits]
        pairwise = max(f_of(pairs(gold, each)) for each in grouped)
        cubed = max(f_of(b_cubed(gold, each)) for each in grouped)
        print(f"  TF-IDF {name}, tuned for each: pairwise F1 {pairwise:.3f}, B-cubed F1 {cubed:.3f}")


def tf_idf(texts: Iterable[str]) -> list[Vector]:
    """Vectors of length 1."""
    counted = [Counter(_WORD.findall(text.lower())) for text in texts]
    held = Counter(word for each in counted for word in each)
    vectors = []
    for each in counted:
        weights = {word: count * (log((1 + len(counted)) / (1 + held[word])) + 1) for word, count in each.items()}
        length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        vectors.append({word: weight / length for word, weight in weights.items()})
    return vectors


def cosine(one: Vector, other: Vector) -> float:
    """Of two vectors of length 1."""
    short, long = sorted((one, other), key=len)
    return sum(weight * long[word] for word, weight in short.items() if word in long)


def single_link(size: int, near: dict[tuple[int, int], float], limit: float) -> list[int]:
    """Clusters of all that is linked by pairs from the limit on."""
    root = list(range(size))

    def find(at: int) -> int:
        while root[at] != at:
            root[at] = root[root[at]]
            at = root[at]
        return at

    for (one, other), score in near.items():
        if score >= limit:
            root[find(one)] = find(other)
    return [find(at) for at in range(size)]


def online(size: int, near: dict[tuple[int, int], float], limit: float) -> list[int]:
    """Each text joins the cluster with the highest mean similarity, from the limit on."""
    clusters: list[list[int]] = []
    for at in range(size):
        means = [sum(near.get((each, at), 0.0) for each in members) / len(members) for members in clusters]
        best = max(range(len(means)), key=means.__getitem__, default=None)
        if best is not None and means[best] >= limit:
            clusters[best].append(at)
        else:
            clusters.append([at])
    told = {at: number for number, members in enumerate(clusters) for at in members}
    return [told[at] for at in range(size)]


def pairs(gold: Sequence[object], said: Sequence[object]) -> tuple[float, float]:
    """Precision and recall over all pairs."""

    def joined(labels: Iterable[object]) -> int:
        return sum(count * (count - 1) // 2 for count in Counter(labels).values())

    right = joined(zip(gold, said, strict=True))
    return right / (joined(said) or 1), right / (joined(gold) or 1)


def b_cubed(gold: Sequence[object], said: Sequence[object]) -> tuple[float, float]:
    """Bagga and Baldwin, 1998."""
    both, mine, true = Counter(zip(gold, said, strict=True)), Counter(said), Counter(gold)
    precision = sum(count * count / mine[label] for (_, label), count in both.items()) / len(gold)
    recall = sum(count * count / true[label] for (label, _), count in both.items()) / len(gold)
    return precision, recall


def f_of(figures: tuple[float, float]) -> float:
    """F1 of precision and recall."""
    return 2 * figures[0] * figures[1] / (sum(figures) or 1)


def _figures(gold: Sequence[object], said: Sequence[object]) -> str:
    pairwise, cubed = pairs(gold, said), b_cubed(gold, said)
    return (
        f"pairwise P {pairwise[0]:.3f} R {pairwise[1]:.3f} F1 {f_of(pairwise):.3f}, "
        f"B-cubed P {cubed[0]:.3f} R {cubed[1]:.3f} F1 {f_of(cubed):.3f}"
    )


def _pairs_alone(gold: Sequence[object], near: dict[tuple[int, int], float], limit: float) -> float:
    said = [gold[one] == gold[other] for (one, other), score in near.items() if score >= limit]
    right, all_true = sum(said), sum(count * (count - 1) // 2 for count in Counter(gold).values())
    return 2 * right / (len(said) + all_true)


def _f1(gold: Sequence[bool], said: Sequence[bool]) -> float:
    right = sum(one and other for one, other in zip(gold, said, strict=True))
    return 2 * right / ((sum(gold) + sum(said)) or 1)


def _precision(gold: Sequence[bool], said: Sequence[bool]) -> float:
    return sum(one and other for one, other in zip(gold, said, strict=True)) / (sum(said) or 1)


def _abroad(one: dict, other: dict) -> bool:
    return one["event"] == other["event"] and one["language"] != other["language"]


def _own_telling(row: dict, rules: object) -> Telling:
    entities = {each.id for each in judge(row["title"], row["text"], row["language"], rules).entities}
    at = row["published"] and Dated(
        datetime.fromisoformat(row["published"]).replace(tzinfo=UTC), Precision.DAY, row["published"], "feed"
    )
    return Telling(row["title"], row["text"], row["language"], at or None, tuple(sorted(entities)))


def _lines(archive: zipfile.ZipFile, name: str) -> list[dict]:
    return [json.loads(line) for line in archive.read(name).decode().splitlines()]


if __name__ == "__main__":
    main()

import html
import json
import time
import unicodedata
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crawler.extract import charset
from prrwatch.errors import RulesError
from prrwatch.evaluation import read_cases
from prrwatch.relevance import could_match, judge, load_rules
from prrwatch.relevance.files import examples
from prrwatch.relevance.hits import ByConcept, hits
from prrwatch.relevance.layout import lay_out
from prrwatch.verdict import Field, Phase

RULES = load_rules()
SEEDS = Path(__file__).parents[3] / "shared" / "seed-documents"
RETURN = "Two sisters and their children were brought home to Kazakhstan from the al-Hol camp in Syria."


def assert_resolves(title, text, verdict):
    for each in (*verdict.evidence, *verdict.entities):
        field = (title or "") if each.field is Field.TITLE else text
        assert field[each.start : each.end] == each.quote
        assert each.quote


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed documents (../shared/seed-documents) are not here")
@pytest.mark.parametrize("number", range(5))
def test_every_seed_document_is_relevant_with_evidence_in_its_text(number):
    text = sorted(SEEDS.iterdir())[number].read_text("utf-8")
    verdict = judge(None, text, "en", RULES)
    assert verdict.relevant
    assert verdict.evidence
    assert_resolves(None, text, verdict)
    assert {Phase.REHABILITATION, Phase.REINTEGRATION} <= set(verdict.phases)
    assert verdict.countries


def test_verdict_names_phase_country_and_camp():
    verdict = judge(None, RETURN, "en", RULES)
    assert verdict.relevant
    assert verdict.phases == (Phase.REPATRIATION,)
    assert verdict.countries == ("KZ",)
    assert [entity.id for entity in verdict.entities] == ["al_hol"]
    assert verdict.ruleset == RULES.fingerprint


def test_nothing_of_the_subject_scores_zero():
    verdict = judge("Weather", "It will rain in the north tomorrow.", "en", RULES)
    assert (verdict.score, verdict.relevant, verdict.evidence) == (0.0, False, ())


def test_empty_document_is_not_relevant():
    assert judge(None, "", None, RULES).score == 0.0
    assert judge("", "", None, RULES).score == 0.0


@pytest.mark.parametrize("title", [RETURN, f"  {RETURN}\n", f"\u3000{RETURN}"])
def test_title_alone_can_prove_and_its_offsets_count_in_the_title_as_given(title):
    verdict = judge(title, "", "en", RULES)
    assert verdict.relevant
    assert {evidence.field for evidence in verdict.evidence} == {Field.TITLE}
    assert_resolves(title, "", verdict)


def test_relevant_by_title_still_shows_what_the_text_has():
    text = "The plane landed at dawn. Officials from Syria said little."
    verdict = judge(RETURN, text, "en", RULES)
    assert any(evidence.field is Field.TEXT for evidence in verdict.evidence)
    assert_resolves(RETURN, text, verdict)


def test_closing_line_does_not_make_a_story():
    filler = "The minister opened a bakery and spoke about wheat, prices and the new road to the port. " * 25
    verdict = judge("Trade talks in Damascus", filler + RETURN, "en", RULES)
    assert not verdict.relevant
    assert verdict.score > 0


def test_a_lone_sentence_soon_after_the_opening_counts_unless_it_closes_the_text():
    head = (
        "The ministry put up its plan for the year on a wet morning in front of thirty journalists "
        "in the old town hall near the river. "
    )
    news = "Teachers will be trained to work with children who came back from Iraq and their psychologists. "
    goes_on, closes = (judge(None, head + news + end, "en", RULES).score for end in ("Tea was served after it.", ""))
    assert goes_on > closes > 0


def test_what_stands_equally_near_is_in_the_same_order_however_the_concepts_are_given():
    found = hits(lay_out(None, RETURN), "en", RULES)
    by_concept, concepts = ByConcept(found), sorted({hit.term.concept for hit in found if hit.term.concept})
    for order in (by_concept.of, lambda given: by_concept.near(given, found[0], 40)):
        assert order(concepts) == order(concepts[::-1]) != []


def test_a_paragraph_that_recalls_older_news_does_not_make_a_story():
    title, talks = (
        "Kazakhstan and Syria discuss flights",
        "Ministers talked about flour and freight.\n\nDamascus asked for silos.\n\n",
    )
    news = "Kazakhstan repatriated women and children from Syria under Operation Zhusan."
    assert judge(title, talks + news, "en", RULES).score > judge(title, f"{talks}Earlier, {news}", "en", RULES).score
    assert not judge(title, f"{talks}Earlier, {news}", "en", RULES).relevant


def test_menu_lines_prove_nothing():
    menu = "\n".join(
        ["Countering terrorism", "Returnees", "Rehabilitation", "Al-Hol camp", "Repatriation", "Reintegration", "FTF"]
        * 3
    )
    assert not judge(None, f"{menu}\nThe museum opens at nine. Entry is free for children.", "en", RULES).relevant


@pytest.mark.parametrize(
    "furniture",
    [
        "Most read: ISIS brides flown home from al-Hol | Exchange rates",
        "Home | Foreign terrorist fighters | Rehabilitation and reintegration | Border management",
        "ЧИТАЙТЕ ТАКЖЕ: Из Сирии вернули 62 ребёнка | Осуждён бывший боевик | Курс доллара",
    ],
)
def test_a_row_of_links_above_the_article_proves_nothing(furniture):
    verdict = judge("Frost in the valley", f"{furniture}\nOn Friday night it will be cold.", "en", RULES)
    assert verdict.score == 0


ROUNDUP = """Rail. Work on the new line has reached the ridge, and the ministry hopes for trains by 2030.

Rain. Mudslides cut off three villages; two people are missing, and the road will stay closed until Friday.

Families. Eleven women and children came home from Roj camp on Tuesday night and were taken to a sanatorium.

Grain. The country expects 22 million tonnes, which is more than last year."""


def test_an_item_of_a_round_up_counts_as_a_story_of_its_own():
    assert judge("Week in brief: rail, rain and grain", ROUNDUP, "en", RULES).relevant


def test_a_trial_in_which_nobody_came_back_is_not_the_subject():
    text = """Prosecutors say that he moved 41,000 dollars to Islamic State fighters through a shop in Tashkent.

He had never left the country, the court heard. His relatives asked for mercy, and his employer, a school, spoke of
a quiet man who paid his rent. The sentence, nine years, is the highest under the article so far."""
    assert not judge("Shop owner who paid for night sights gets nine years", text, "en", RULES).relevant


def test_a_story_told_over_its_whole_length_is_seen_and_a_closing_line_is_not():
    story = (
        "Madina weaves silk. Of the past she speaks with reluctance: her husband went to Turkey for work.\n"
        "She followed her husband to Syria and stayed for five years, two of them in a tent.\n"
        "The first ninety days at home she spent in a sanatorium outside Tashkent.\n"
        "Her son entered the first form at nine. A psychologist calls on Fridays, the neighbours do not."
    )
    assert judge(None, story, "en", RULES).relevant
    weather = "Frost is expected in the valley on Friday, and drivers should avoid the pass. " * 8
    assert not judge(None, weather + "Separately, Iraq took back families from al-Hol.", "en", RULES).relevant


def test_links_to_other_stories_prove_nothing_by_themselves():
    body = "Wheat prices rose again this week, traders said. The harvest was late and rain is expected. " * 6
    assert not judge("Wheat prices rise", f"{body}\nRelated news\n{RETURN}\n", "en", RULES).relevant


def test_one_word_never_serves_two_proofs():
    # "repatriates" alone is both people and a return; without a second word there is no proof.
    assert not judge(None, "Repatriates.", "en", RULES).relevant


SPELLINGS = [
    ("o'zbekistonlik ayollar Suriyadagi lagerlardan Vatanga qaytarildi", "uz"),
    ("o‘zbekistonlik ayollar Suriyadagi lagerlardan Vatanga qaytarildi", "uz"),
    ("oʻzbekistonlik ayollar Suriyadagi lagerlardan Vatanga qaytarildi", "uz"),
    ("o`zbekistonlik ayollar Suriyadagi lagerlardan Vatanga qaytarildi", "uz"),
    ("ozbekistonlik ayollar Suriyadagi lagerlardan Vatanga qaytarildi", "uz"),
    ("Сириядан қайтарылған әйелдер оңалту орталығында", "kk"),
    ("Сириядан кайтарылган айелдер оналту орталыгында", "kk"),
    ("Осуждённые боевики возвращены из Сирии", "ru"),
    ("Осужденные боевики возвращены из Сирии", "ru"),
    ("Осужденные бо\u00adевики воз\u200bвращены из Си\u00adрии", "ru"),
    ("عودة عوائل داعش من مخيم الهول", "ar"),
    ("عَوْدَة عوائــل داعش من مخيّم الهـول", "ar"),
    ("ＩＳＩＳ ｆａｍｉｌｉｅｓ were repatriated from al‑Hol", "en"),
]


@pytest.mark.parametrize(("text", "language"), SPELLINGS)
def test_spelling_variants_are_found_where_they_stand(text, language):
    verdict = judge(None, text, language, RULES)
    assert verdict.relevant
    assert_resolves(None, text, verdict)


def test_fingerprint_is_of_the_meaning_not_of_the_writing(tmp_path):
    write_rules(tmp_path, "x.toml", MINIMAL)
    first = load_rules(tmp_path)
    write_rules(tmp_path, "x.toml", "# a remark\n" + MINIMAL.replace("because", "for another reason"))
    assert load_rules(tmp_path).fingerprint == first.fingerprint
    write_rules(tmp_path, "x.toml", MINIMAL.replace("weight = 1.2", "weight = 1.1"))
    assert load_rules(tmp_path).fingerprint != first.fingerprint


MINIMAL = """
language = "xx"
[concepts]
who = "people"
what = "a return"
[[phase]]
id = "repatriation"
least = 0.1
share = 0.5
signs = { what = 1.0 }
[terms]
who = ["sailor*"]
what = ["(came|went) home"]
[[rule]]
id = "home"
why = "because"
needs = ["who", "what"]
within = 10
weight = 1.2
positive = ["Sailors came home."]
negative = ["Sailors sang."]
"""


def write_rules(folder, name, content):
    (folder / name).write_text(content, "utf-8")


def test_rules_of_a_folder_are_used_instead_of_the_packaged(tmp_path):
    write_rules(tmp_path, "x.toml", MINIMAL)
    rules = load_rules(tmp_path)
    assert judge(None, "The sailor went home.", None, rules).phases == (Phase.REPATRIATION,)
    assert not judge(None, "The cook went home.", None, rules).relevant


def test_a_confuser_that_swallows_nothing_leaves_the_term_inside_of_it(tmp_path):
    confuser = '\n[[confuser]]\nid = "storm"\nwhy = "bad weather"\nweight = 0.1\n'
    told = MINIMAL + confuser + "[instead]\nstorm = ['sailor* in a storm']\n"
    write_rules(tmp_path, "x.toml", told)
    assert not judge(None, "The sailors in a storm went home.", None, load_rules(tmp_path)).relevant
    write_rules(tmp_path, "x.toml", told.replace("weight = 0.1\n", "weight = 0.1\nswallows = false\n"))
    assert judge(None, "The sailors in a storm went home.", None, load_rules(tmp_path)).relevant


def test_all_problems_are_told_at_once_with_file_and_key(tmp_path):
    write_rules(tmp_path, "a.toml", MINIMAL.replace("sailor*", "sail*or").replace('"who", "what"', '"who", "whither"'))
    write_rules(tmp_path, "b.toml", "surprise = 1\n")
    write_rules(tmp_path, "c.toml", "= no toml")
    with pytest.raises(RulesError) as caught:
        load_rules(tmp_path)
    told = {(problem.file, problem.key) for problem in caught.value.problems}
    assert told == {("a.toml", "terms.who"), ("a.toml", "rule.home.needs"), ("b.toml", "surprise"), ("c.toml", "")}


def test_a_broken_file_of_concepts_is_told_alone_without_what_follows_from_it(tmp_path):
    head, terms = MINIMAL.split("[terms]")
    write_rules(tmp_path, "rules.toml", head.replace("[concepts]", "[concepts"))
    write_rules(tmp_path, "xx.toml", "[terms]" + terms.split("[[")[0])
    with pytest.raises(RulesError) as caught:
        load_rules(tmp_path)
    assert [problem.file for problem in caught.value.problems] == ["rules.toml"]


@pytest.mark.parametrize(
    "term", ["(a", "a(b", "x ..", ".. x", "@nowhere x", "(a|)", "", "a*b", "((a|b) c)", "!?", "(" * 50 + "a" + ")" * 50]
)
def test_a_term_that_cannot_be_read_is_a_problem_not_a_crash(tmp_path, term):
    write_rules(tmp_path, "x.toml", MINIMAL.replace("sailor*", term))
    with pytest.raises(RulesError):
        load_rules(tmp_path)


def test_an_empty_or_missing_folder_is_a_problem(tmp_path):
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(RulesError):
            load_rules(folder)


PLAIN = ["ISIS ", "families ", "repatriated ", "from ", "Syria", "al-Hol ", " возвращены ", "из зон ", "\n", ". ", "-"]
ODD = ["ﬁ", "é", "e\u0301", "\u0640", "‘", "ʻ", "İ", "ß", "\u200b", "\ud800", "𝕀𝕊", "北", "ǰ", "ﷺ", "\x00"]
PIECES = st.sampled_from([*PLAIN, *ODD, "العائدين ", "Жусан ", "O‘zbekiston ", "Суриядан "])


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.none() | st.text(max_size=40) | st.lists(PIECES, max_size=8).map("".join),
    st.text(max_size=200) | st.lists(PIECES, max_size=60).map("".join),
)
def test_any_text_is_judged_and_all_evidence_resolves(title, text):
    verdict = judge(title, text, None, RULES)
    assert verdict.score >= 0
    assert verdict.relevant is (verdict.score >= 1.0)
    assert_resolves(title, text, verdict)
    assert verdict == judge(title, text, None, RULES)


HOSTILE = {
    "one word": "a" * 100_000,
    "one term": "repatriated " * 8_000,
    "all proofs": "ISIS families repatriated from al-Hol camp in Syria for rehabilitation and reintegration. " * 1_100,
    "no spaces": "داعش" * 25_000,
    "gaps": "brought travel went to in from of " * 3_000,
    "marks": "e\u0301\u0640\u200b" * 25_000,
    "ligatures": "ﬁ " * 50_000,
    "lines": "x\n" * 50_000,
    "rows": "a b | c d | e f\nISIS families came home from Syria.\n" * 2_000,
    "sentences": "ab. Ab. " * 12_500,
    "spaces": " " * 100_000,
    "words of no language": " ".join(f"{number:x}" for number in range(1 << 20, (1 << 20) + 14_000)),
    "apostrophes": "'" * 50_000 + "ʻ" * 50_000,
    "mixed": "Суриядан қайтган аёллар وعوائل داعش IS-Rückkehrer retour de Syrie " * 1_500,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_is_slow(name):
    text = HOSTILE[name]
    judge(None, text[:2_000], None, RULES)  # lexicons are built when first used
    could_match(text[:2_000], RULES)
    # the gate reads all, judge the first 30,000 characters
    for seconds, judged in ((0.05, lambda: judge(None, text, None, RULES)), (0.1, lambda: could_match(text, RULES))):
        fast_enough = seconds * max(1.0, len(text) / 100_000)
        assert any(cpu(judged) < fast_enough * crowding() for _ in range(8)), name


def crowding():
    """How many times slower this machine is now than one of 2026 that nothing else runs on (12 ms for the loop)."""
    return max(1.0, cpu(lambda: sum(number % 7 for number in range(300_000))) / 0.012)


def cpu(work):
    before = time.thread_time()
    work()
    return time.thread_time() - before


def test_ruleset_has_its_thousands_of_terms():
    assert RULES.size >= 5_000
    assert replace(RULES, fingerprint="x").rules == RULES.rules


def page_of(title, text):
    """A page that shows the document as sites do: entities, inline tags inside of words, soft hyphens apart."""
    body = html.escape(text).replace("\n", "</p>\n<p>")
    head = f"<title>{html.escape(title or '')}</title>"
    return f"<html><head>{head}</head><body><nav><a href='/'>Home</a></nav><p>{body}</p></body></html>"


def numbered(title, text):
    return "".join(f"&#{ord(letter)};" for letter in f"{title or ''}\n{text}")


def decomposed(title, text):
    return unicodedata.normalize("NFD", page_of(title, text))


def emphasised(title, text):
    return page_of(title, text).replace("re", "<b class='x'>r</b>e").replace("с", "<em>с</em>")


PAGES = [page_of, numbered, decomposed, emphasised]


def test_the_gate_hides_no_golden_page_of_what_is_relevant():
    for expected in sorted((Path(__file__).parents[1] / "golden").glob("*/expected.json")):
        told = json.loads(expected.read_text("utf-8"))
        text = "\n".join(told.get("contains", ()))
        if judge(told.get("title"), text, None, RULES).relevant:
            page = charset.decode((expected.parent / "page.html").read_bytes(), None)
            assert page is not None
            assert could_match(page, RULES), expected


def test_the_gate_hides_no_page_of_what_is_relevant():
    cases = read_cases(Path(__file__).parents[1] / "eval" / "cases")
    documents = [(case.title, case.text, case.language) for case in cases]
    documents += [(None, text, None) for _, _, text, _ in examples()]
    documents += [(None, seed.read_text("utf-8"), None) for seed in SEEDS.glob("*.txt")]
    hidden = [
        text
        for (title, text, language), page in zip(documents, cycle(PAGES), strict=False)
        if not could_match(page(title, text), RULES) and judge(title, text, language, RULES).relevant
    ]
    assert not hidden


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=40) | st.lists(PIECES, max_size=8).map("".join), st.lists(PIECES, max_size=40).map("".join))
@example("", "women repatriated from\0al-Hol camp entered rehabilitation\0al-Hol")
def test_what_is_relevant_in_any_page_could_match(title, text):
    if judge(title, text, None, RULES).relevant:
        assert could_match(page_of(title, text), RULES)
        assert could_match(f"{title}\n{text}", RULES)


def test_a_page_of_something_else_could_not_match():
    assert not could_match(page_of("Weather", "It will rain in the north tomorrow."), RULES)

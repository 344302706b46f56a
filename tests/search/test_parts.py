"""Search by part: words count only where they stand in the passages chosen. Against brute force over the stored texts."""

import random
import re
from itertools import pairwise

import pytest

from reports.models import Report
from reports.parts import DONE, DUTY, LACKING, PARTS, PLANNED
from search import engine, jieba_analyzer, outbox
from search.query import And, Exact, Near, Not, Or, SameParagraph, SearchQuery, Word, fold, parse
from tests.factories import make_report

from .backend_contract import add, find, ids, passages_by_report

pytestmark = pytest.mark.django_db

ANIMALS = ("斑马", "角马", "河马", "马", "犀牛和马")
FILLING = ("，", "的", "工作", "机制不健全，", "依法办理。", "\n", "，12件，", "Ａb ")
HEADINGS = ("一、主要成效", "二、存在的不足", "三、第一责任人履职", "四、下一步打算", "附件：名词解释")


@pytest.fixture(autouse=True)
def _index(index):
    """Every test has an index with the ten samples."""


@pytest.fixture
def zoo():
    """Sixty reports about a few animals, in chapters of all parts, and their passages by report."""
    chance = random.Random(20261122)
    for _ in range(60):
        headings = chance.sample(HEADINGS, chance.randint(0, 4))
        chapters = [prose(chance), *(f"{heading}\n{prose(chance)}" for heading in headings)]
        make_report(title=chance.choice(["", "斑马报告", "河马报告"]), text="\n".join(chapters), year=2023)
    outbox.drain()
    return passages_by_report()


def prose(chance: random.Random) -> str:
    words = (chance.choice(ANIMALS if chance.random() < 0.4 else FILLING) for _ in range(chance.randint(1, 14)))
    return re.sub(r"\n+", "\n", "本院" + "".join(words)).strip("\n") + "。"


def holders(passages, chosen, holds) -> set[int]:
    """The oracle: reports for which `holds` is true of their passages of the parts chosen, of which there is at least one."""
    return {
        report
        for report, told in passages.items()
        if (mine := [words for part, words in told if part in chosen]) and holds(mine)
    }


# ---- what a tree means of some passages, by brute force
def is_true(node, passages: list[str], title: str = "") -> bool:
    match node:
        case Exact(text, "title"):
            return fold(text) in fold(title)
        case Exact(text) | Word(text):
            return any(fold(text) in fold(passage) for passage in passages)
        case And(nodes):
            return all(is_true(one, passages, title) for one in nodes)
        case Or(nodes):
            return any(is_true(one, passages, title) for one in nodes)
        case Not(one):
            return not is_true(one, passages, title)
        case SameParagraph(parts):
            lines = [fold(line) for passage in passages for line in passage.split("\n")]
            return any(all(fold(part.text) in line for part in parts) for line in lines)
        case Near(parts, characters):
            neighbours = pairwise(parts)
            return all(
                any(near(fold(one.text), fold(two.text), characters, fold(p)) for p in passages)
                for one, two in neighbours
            )
    raise AssertionError(node)


def near(one: str, two: str, characters: int, passage: str) -> bool:
    return any(
        0 <= b - (a + len(first)) <= characters
        for first, second in ((one, two), (two, one))
        for a in starts(first, passage)
        for b in starts(second, passage)
    )


def starts(string: str, passage: str) -> list[int]:
    return [match.start() for match in re.finditer(f"(?={re.escape(string)})", passage)]


def typed_at_random(chance: random.Random) -> str:
    def word() -> str:
        return chance.choice([*ANIMALS, "机制", "马，", "马机制", "依法办理。本院", "12件", "ab"])

    forms = (
        lambda: f"{word()}",
        lambda: f"{word()} {word()}",
        lambda: f"{word()} OR {word()}",
        lambda: f"{word()} -{word()}",
        lambda: f"-{word()}",
        lambda: f"（{word()} OR {word()}） -（{word()} {word()}）",
        lambda: f"{word()} NEAR {word()}",
        lambda: f"{word()} ~{chance.randint(0, 9)} {word()}",
        lambda: f"{word()} 同段 {word()}",
        lambda: f"标题:斑马 {word()}",
    )
    return chance.choice(forms)()


def test_300_questions_find_exactly_what_stands_in_the_passages_chosen(zoo):
    chance = random.Random(1)
    titles = dict(Report.objects.values_list("pk", "title"))
    found_something = 0
    for _ in range(300):
        q, chosen = typed_at_random(chance), tuple(sorted(chance.sample(PARTS, chance.randint(1, 3))))
        earlier = (typed_at_random(chance),) if chance.random() < 0.2 else ()
        trees = [parse(asked, exact=True).tree for asked in (q, *earlier)]
        expected = {
            report
            for report, told in zoo.items()
            if (mine := [words for part, words in told if part in chosen])
            and all(is_true(tree, mine, titles[report]) for tree in trees)
        }

        found = ids(q, mode="exact", parts=chosen, within=earlier)

        assert (q, earlier, chosen, set(found), len(found)) == (q, earlier, chosen, expected, len(expected))
        found_something += bool(expected)
    assert found_something > 150


def test_the_number_beside_a_part_is_the_number_that_choosing_it_lists(zoo):
    chance = random.Random(2)
    for number in range(60):
        q = typed_at_random(chance) if number else ""
        for asked in ({"q": q}, {"q": q, "mode": "exact", "years": ("2023",)}, {"q": q, "parts": (PLANNED,)}):
            beside = find(**asked).facets["part"]
            alone = {part: find(**asked | {"parts": (part,)}).count for part in PARTS}

            assert (q, {part: beside.get(part, 0) for part in PARTS}) == (q, alone)


def test_other_facets_count_the_reports_that_the_passages_list(zoo):
    page = find("“斑马”", parts=(LACKING,))

    assert page.count == len(holders(zoo, {LACKING}, lambda passages: any("斑马" in words for words in passages)))
    assert sum(page.facets["year"].values()) == page.count


# ---- words: all of them first, then most
def words_oracle(told, q: str, chosen: set[str], texts: dict[int, str]) -> tuple[set[int], set[int]]:
    """Who holds all words, and who follows with most of them, as docs/reader.md says: a piece must stand in the passages
    as a string and anywhere in the text as a word."""
    words = [word.text for word in parse(q).tree.nodes]
    mine = {report: [fold(w) for part, w in passages if part in chosen] for report, passages in told.items()}
    mine = {report: passages for report, passages in mine.items() if passages}

    def has(report, string):
        return any(string in passage for passage in mine[report])

    full = {report for report in mine if all(has(report, word) for word in words)}
    if len(full) >= 20:
        return full, set()
    pieces = [(word, piece) for word in words for piece in jieba_analyzer.pieces(word) or (word,)]
    held = {
        report: {
            (word, piece)
            for word, piece in pieces
            if has(report, word) or (piece != word and has(report, piece) and piece in tokens(texts[report]))
        }
        for report in mine
    }
    known = [one for one in pieces if any(one in holding for holding in held.values())]
    most = {report for report in mine if len(held[report]) >= len(known) // 2 + 1}
    if len(words) == 2:
        most |= {report for report in mine if any(has(report, word) for word in words)}
    if not full and not most - full:
        best = max(map(len, held.values()), default=0)
        most = {report for report in mine if len(held[report]) == best > 0}
    return full, most - full


def tokens(text: str) -> set[str]:
    return {token for line in text.split("\n") for token in jieba_analyzer.tokens(fold(line))}


def test_words_in_passages_all_first_then_most_as_they_are_in_whole_texts(zoo):
    texts = {text.report_id: text.text for report in Report.objects.published() for text in [report.text]}
    chance = random.Random(3)
    partial = 0
    for _ in range(80):
        q = " ".join(
            chance.sample(["斑马", "角马", "河马", "犀牛", "机制不健全", "依法办理", "长颈鹿"], chance.choice([2, 3]))
        )
        chosen = set(chance.sample(PARTS, chance.randint(1, 2)))
        full, most = words_oracle(zoo, q, chosen, texts)

        asked = {"q": q, "synonyms": False, "parts": tuple(sorted(chosen))}
        page, listed = find(**asked), ids(**asked)

        assert (q, chosen, page.full, set(listed[: page.full]), set(listed)) == (
            q,
            chosen,
            len(full),
            full,
            full | most,
        )
        partial += bool(most)
    assert partial > 40


# ---- one by one
def test_a_word_of_another_part_or_of_the_title_does_not_count():
    here, _, _ = add(
        "一、主要成效\n甲。\n二、存在的不足\n斑马不够。",
        "一、主要成效\n斑马。\n二、存在的不足\n乙。",
        "一、存在的不足\n丙。",
        title="斑马报告",
    )

    assert ids("斑马", parts=(LACKING,)) == [here]


def test_two_words_may_stand_in_two_passages_that_are_both_chosen():
    (made,) = add("一、存在的不足\n斑马不够。\n二、下一步打算\n增加角马。")

    assert ids("“斑马” “角马”", parts=(LACKING, PLANNED)) == [made]
    assert ids("“斑马” “角马”", parts=(LACKING,)) == []
    assert ids("斑马 ~30 角马", parts=(LACKING, PLANNED)) == []


def test_a_string_across_two_parts_stands_in_neither():
    (made,) = add("一、主要成效\n末尾有斑\n马头。\n二、下一步打算\n增加角马。")

    assert ids("“有斑马头”", parts=(DONE,)) == [made]
    assert ids("“马头。二、下一步”") == [made]
    assert ids("“马头。二、下一步”", parts=(DONE, PLANNED)) == []


def test_without_words_every_report_with_such_a_passage_is_listed():
    zebra, _ = add("一、存在的不足\n斑马。", "一、主要成效\n斑马。", year=2019)

    assert ids(parts=(LACKING,), years=("2019",)) == [zebra]
    assert find(years=("2019",)).facets["part"] == {DONE: 1, LACKING: 1}


def test_without_a_word_means_without_it_in_the_passages():
    with_it, elsewhere = add("一、存在的不足\n斑马。", "一、主要成效\n斑马。\n二、存在的不足\n角马。", year=2019)

    assert ids("-斑马", parts=(LACKING,), years=("2019",)) == [elsewhere]
    assert sorted(ids("-河马", parts=(LACKING,), years=("2019",))) == sorted([with_it, elsewhere])


def test_what_stands_in_the_passages_oftener_comes_first():
    (once,) = add("一、主要成效\n斑马，斑马，斑马。\n二、存在的不足\n斑马一匹。")
    (often,) = add("一、主要成效\n别的。\n二、存在的不足\n斑马，斑马，斑马。")

    assert ids("斑马", parts=(LACKING,)) == [often, once]
    assert ids("斑马") == [once, often]


def test_synonyms_are_looked_for_in_the_passages_too():
    (made,) = add("一、存在的不足\n法治宣传不够。")
    add("一、主要成效\n法治宣传。\n二、存在的不足\n别的。")

    assert made in ids("普法", parts=(LACKING,))
    assert made not in ids("普法", parts=(LACKING,), synonyms=False)


def test_the_parts_of_the_samples_are_counted_as_a_reader_counts_them():
    counts = find().facets["part"]

    assert {part: counts.get(part, 0) for part in (DONE, LACKING, DUTY, PLANNED)} == {
        DONE: 10,
        LACKING: 3,
        DUTY: 1,
        PLANNED: 4,
    }


def test_a_changed_part_reaches_the_index():
    (made,) = add("一、主要成效\n斑马。")
    text = Report.objects.get(pk=made).text

    text.sections.exclude(kind="title").update(part=PLANNED)
    outbox.drain()

    assert ids("斑马", parts=(PLANNED,)) == [made]
    assert ids("斑马", parts=(DONE,)) == []


def test_a_part_is_a_facet_for_haystack_too(zoo):
    from haystack.query import SearchQuerySet

    everything = SearchQuerySet().models(Report)

    assert dict(everything.facet("part").facet_counts()["fields"]["part"]) == find().facets["part"]
    assert everything.narrow(f"part:{LACKING}").count() == find(parts=(LACKING,)).count


def test_a_part_that_nobody_knows_finds_nothing():
    assert engine.find(SearchQuery(parts=("第六部分",))).count == 0


def test_a_piece_that_stands_there_only_across_two_words_weighs_nothing():
    # In 提出庭审 stands 出庭, but no word is cut so.
    lacking = "一、存在的不足\n记录情况不好，提{}庭审意见。"
    add("一、存在的不足\n很少出庭。", title="报告", year=2023)
    made = add(lacking.format("出"), lacking.format("交"), title="报告", year=2023)

    hits = find("出庭情况记录", parts=(LACKING,)).hits

    assert sorted(hit.report_id for hit in hits) == made
    assert {hit.lacks for hit in hits} == {("出庭",)}
    assert hits[0].score == hits[1].score

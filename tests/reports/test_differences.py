"""differences: two texts side by side, every sentence once, only what differs marked."""

import opencc
import pytest

from reports.differences import Passage, passages, sentences
from reports.likeness import normal
from tests.ingestion.gold import printed
from tests.steps import steps

TEXT = "法院坚持依法行政。全年审结案件38件。\n发出司法建议3份；开展普法7次。"


def paragraphs(sample: str) -> str:
    return "\n".join(text for _, text in printed(sample)[0])


def words(passage_side) -> str:
    return "".join(piece for piece, _ in passage_side)


def test_texts_that_say_the_same_are_one_passage():
    traditional = opencc.OpenCC("s2t").convert(TEXT).replace("\n", "").replace("。", "．\n")

    assert passages(TEXT, traditional) == [Passage(same=tuple(sentences(TEXT)))]


def test_a_changed_sentence_stands_beside_its_counterpart_with_the_difference_marked():
    assert passages(TEXT, TEXT.replace("38件", "41件")) == [
        Passage(same=("法院坚持依法行政。",)),
        Passage(
            left=(("全年审结案件", False), ("38", True), ("件。", False)),
            right=(("全年审结案件", False), ("41", True), ("件。", False)),
        ),
        Passage(same=("发出司法建议3份；", "开展普法7次。")),
    ]


def test_a_sentence_that_only_one_side_has_stands_alone():
    longer = TEXT.replace("发出", "新增一名法官入额。发出")

    alone = (("新增一名法官入额。", True),)
    assert [passage for passage in passages(TEXT, longer) if not passage.same] == [Passage(right=alone)]
    assert [passage for passage in passages(longer, TEXT) if not passage.same] == [Passage(left=alone)]


def test_lines_stay_lines():
    assert sentences("一、概况\n全年收案多。 结案“多。”\n\n　 ——\n完") == [
        "一、概况\n",
        "全年收案多。",
        "结案“多。”\n",
        "完",
    ]


def test_sentences_with_nothing_in_common_are_no_counterparts():
    assert passages("天气晴朗。适合出行。", "审结案件。") == [
        Passage(left=(("天气晴朗。", True), ("适合出行。", True)), right=(("审结案件。", True),)),
    ]


def test_a_long_stretch_that_only_one_side_has_is_not_marked():
    added = "".join(f"{word}工作又有新的进展。" for word in ("立案", "审判", "执行", "信访", "普法", "调研"))

    (passage,) = [one for one in passages(TEXT, TEXT + "\n" + added) if not one.same]
    assert {marked for _, marked in passage.right} == {False}
    assert len(passage.right) == 6


def test_an_equal_character_between_two_differences_is_marked_too():
    (passage,) = passages("全年共审结行政案件甲乙丙丁件。", "全年共审结行政案件戊乙己庚件。")

    assert passage.left == (("全年共审结行政案件", False), ("甲乙丙丁", True), ("件。", False))


def test_what_differs_is_marked_behind_a_letter_whose_small_one_is_longer_too():
    (passage,) = passages("İİİİ全年审结案件38件。", "İİİİ全年审结案件41件。")

    assert passage.left == (("İİİİ全年审结案件", False), ("38", True), ("件。", False))


@pytest.mark.parametrize(("one", "other"), [("000", "001"), ("000", "003"), ("004", "002")])
def test_every_sentence_of_both_sides_comes_once_and_in_order(one, other):
    left, right = paragraphs(one), paragraphs(other)
    found = passages(left, right)

    assert normal("".join("".join(one.same) or words(one.left) for one in found)) == normal(left)
    assert normal("".join("".join(one.same) or words(one.right) for one in found)) == normal(right)


@pytest.mark.parametrize(("words", "times"), [("是。", 10_000), ("审结案件38件。", 1_000), ("字", 50_000)])
def test_texts_made_to_take_long_are_work_for_their_length_alone(words, times):
    def cost(text: str) -> int:
        return steps(lambda: passages(text, text[1:] + "另一句话。" + text[:-3]))

    assert cost(words * 2 * times) < 2.1 * cost(words * times)

"""A theme's expressions taken apart, and what a change of them can touch."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.ingestion.recognise.expressions import alternatives, touched_by


@pytest.mark.parametrize(
    ("expressions", "parted"),
    [
        ("司法建议", ["司法建议"]),
        ("司法建议|白皮书", ["司法建议", "白皮书"]),
        ("无讼(村|社区)|治未病", ["无讼(村|社区)", "治未病"]),
        (r"1\|1|[|)]甲|[]|]乙|[^]|]丙", [r"1\|1", "[|)]甲", "[]|]乙", "[^]|]丙"]),
        (r"[\]|]甲|\(乙|丙", [r"[\]|]甲", r"\(乙", "丙"]),
    ],
)
def test_expressions_are_parted_at_the_top_alone(expressions, parted):
    assert list(alternatives(expressions)) == parted
    assert all(re.compile(one) for one in parted)


@pytest.mark.parametrize(
    ("old", "new", "touched", "not_touched"),
    [
        ("甲|乙", "甲|乙|丙", "丙丁", "甲乙"),
        ("甲|乙", "甲", "乙", "甲丙"),
        ("甲|甲乙", "甲乙|甲", "甲", "乙"),
        ("聯動", "联动|府院", "府院", "联动聯動"),
    ],
)
def test_a_change_touches_the_texts_that_hold_what_was_added_or_taken_away(old, new, touched, not_touched):
    assert touches(old, new, touched)
    assert not touches(old, new, not_touched)


@pytest.mark.parametrize(("old", "new"), [("甲", "(?i)甲|乙"), ("(甲)乙", r"(甲)乙|(丙)\2")])
def test_an_alternative_that_says_nothing_by_itself_may_touch_any_text(old, new):
    assert touches(old, new, "丁")


def test_the_same_expressions_touch_nothing():
    assert not touches("甲|乙", "甲|乙", "甲乙")


def touches(old: str, new: str, text: str) -> bool:
    return any(pattern.search(text) for pattern in touched_by(old, new))


WORDS = st.lists(st.sampled_from(["甲", "甲乙", "乙", "丙.丁", "丙"]), min_size=1, max_size=4, unique=True)


@given(WORDS, WORDS, st.text("甲乙丙丁", max_size=12))
def test_where_nothing_is_touched_both_expressions_find_the_same(old, new, text):
    before, after = "|".join(old), "|".join(new)

    if not touches(before, after, text):
        assert [m.span() for m in re.finditer(before, text)] == [m.span() for m in re.finditer(after, text)]

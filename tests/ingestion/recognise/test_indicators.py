"""The table of kinds: each can be found by its own name, and hangs together."""

import re

import pytest

from reports.ingestion.recognise.indicators import kind_of
from reports.ingestion.recognise.numbers import UNITS
from reports.ingestion.shapes import KnownIndicator, Vocabulary

from .conftest import KINDS


def test_there_are_many_kinds_and_none_twice():
    assert len(KINDS) >= 60
    assert len({kind.name for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_hangs_together(kind: KnownIndicator):
    names = {other.name for other in KINDS}

    assert set(kind.units) <= set(UNITS)
    assert kind.better in ("higher", "lower", "")
    assert {*kind.numerator, *kind.denominator} <= names
    assert not re.compile(kind.expressions).fullmatch("")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_kind_is_found_by_its_own_name(kind: KnownIndicator, vocabulary: Vocabulary):
    match = kind_of(kind.name, kind.units[0], f"诉前委派、司法建议、庭审直播：{kind.name}", vocabulary)

    assert match is not None
    assert match.kind.name == kind.name


def test_of_two_kinds_in_one_label_neither_is_meant(vocabulary: Vocabulary):
    assert kind_of("受理和审执结", "件", "受理和审执结", vocabulary) is None


def test_the_longer_wording_is_meant(vocabulary: Vocabulary):
    match = kind_of("行政机关负责人出庭应诉率", "%", "", vocabulary)

    assert match is not None
    assert (match.kind.name, match.is_whole) == ("行政机关负责人出庭应诉率", True)


def test_a_kind_with_a_context_is_meant_only_there(vocabulary: Vocabulary):
    inside = kind_of("调解成功", "件", "新收诉前调解案件774件，调解成功", vocabulary)

    assert inside is not None
    assert inside.kind.name == "诉前调解成功"
    assert kind_of("调解成功", "件", "全年调解成功", vocabulary) is None


def test_a_figure_in_another_unit_is_of_another_kind(vocabulary: Vocabulary):
    assert kind_of("司法建议", "天", "司法建议", vocabulary) is None

"""Which kind of figure a label names: 新收诉前调解案件 is 诉前调解案件数, 综合结案率 is 结案率.

The kinds and their wordings are a table that people keep. 审结, 执结 and 结案 are three kinds; a label that fits none,
or two things at once (受理和审执结49157件), has no kind.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from reports.simplified import simplified

from ..shapes import KnownIndicator, Vocabulary

# Words that say nothing about what is counted, or that it is all of it.
_GENERAL = re.compile(
    r"^.{0,16}法院共?|各类|各种|全部|全口径|案件|案|数量|总数|数|人民|全院|全市|全区|全县|全省|两级|法院|我院|本院|累计|共计|共|综合|活动|工作"
    r"|\d{4}年度?|全年|[的等“”\"、，]"
)


_JOINED = re.compile("[和与及、并]+(?:共|各类)?")


class Match(NamedTuple):
    """A kind, and whether the label says nothing beyond it (审结刑事案件 is more than 审结)."""

    kind: KnownIndicator
    is_whole: bool


def kind_of(label: str, unit: str, before: str, vocabulary: Vocabulary) -> Match | None:
    """The kind whose wording covers most of the label; of equals the one that stands last, where its head noun is.

    `before`: the sentence as far as the figure.
    """
    wordings = _wordings(unit, vocabulary)
    if wordings is None or not wordings.any.search(label):
        return None
    found = [
        (match.span(), kind)
        for kind, wording, context in wordings.each
        for match in wording.finditer(label)
        if match[0] and (context is None or context.search(before))
    ]
    if not found:
        return None
    (start, end), kind = max(found, key=lambda one: (one[0][1] - one[0][0], one[0][1]))
    if any(
        other is not kind and (_JOINED.fullmatch(label[last:start]) or _JOINED.fullmatch(label[end:first]))
        for (first, last), other in found
    ):
        return None
    return Match(kind, not _GENERAL.sub("", label[:start] + label[end:]))


class _Wordings(NamedTuple):
    """What may be counted in a unit: each kind with its wording and its context, and one pattern for any of them."""

    each: tuple[tuple[KnownIndicator, re.Pattern[str], re.Pattern[str] | None], ...]
    any: re.Pattern[str]


@lru_cache(maxsize=128)
def _wordings(unit: str, vocabulary: Vocabulary) -> _Wordings | None:
    """Takes up to 20 ms once for each unit; None where nothing is counted in it."""
    # A label that is a kind's name means that kind, whatever the wordings say of longer ones.
    each = tuple(
        (
            kind,
            re.compile(simplified(f"{kind.expressions}|^{re.escape(kind.name)}$")),
            re.compile(simplified(kind.context)) if kind.context else None,
        )
        for kind in vocabulary.indicators
        if unit in kind.units
    )
    return _Wordings(each, re.compile("|".join(f"(?:{wording.pattern})" for _, wording, _ in each))) if each else None

"""What an article is about: 府院联动, 诉源治理 …, with the words that say so."""

import re
from functools import cache

from ..shapes import Found, KnownTheme, Vocabulary
from .plain import Plain, simplified


@cache
def _pattern(theme: KnownTheme) -> re.Pattern[str]:
    return re.compile(simplified(theme.expressions))


def themes_of(words: Plain, vocabulary: Vocabulary) -> tuple[Found, ...]:
    found = []
    for theme in vocabulary.themes:
        spans = tuple(words.span(*match.span()) for match in _pattern(theme).finditer(words.text))
        if spans:
            found.append(Found("theme", theme.name, 0.5, None, *spans[0], detail="touched", places=spans))
    return tuple(found)

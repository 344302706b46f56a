"""Which year an article is about, not the year in which it was printed."""

import re

from ..shapes import Article, Found
from .plain import Plain


def year_of(words: Plain, article: Article) -> Found:
    match = re.search(r"(?<!\d)((?:19|20)\d\d)年", words.text)
    if not match:
        return Found("year", None, 0.0)
    start, end = words.span(*match.span())
    return Found("year", match[1], 0.5, article.text[start:end], start, end, basis="inferred")

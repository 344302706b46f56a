"""Which court wrote this, hence which region."""

from ..shapes import Article, Found, Vocabulary
from .plain import Plain, simplified


def courts_of(words: Plain, article: Article, vocabulary: Vocabulary) -> tuple[Found, ...]:
    """Exactly one claim (value None where the text does not say), then other courts as suggestions."""
    for court in vocabulary.courts:
        for name in (court.name, *court.names):
            at = words.text.find(simplified(name), 0, 200)
            if at >= 0 and len(name) > 4:
                start, end = words.span(at, at + len(name))
                return (Found("court", court.name, 0.5, article.text[start:end], start, end),)
    return (Found("court", None, 0.0),)

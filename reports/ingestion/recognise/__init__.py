"""All recognisers over one article: what it says about its court, year, type and themes, as claims for a person to judge.

Its parts, figures and checks are facts of the text itself: `with_parts`, `figures_of` and `checks_of`, in that order.
"""

from ..shapes import Article, Found, Vocabulary
from .checks import checks_of
from .figures import figures_of
from .kind import kind_of
from .parts import with_parts
from .place import courts_of
from .plain import plain
from .themes import themes_of
from .year import year_of

__all__ = ["checks_of", "figures_of", "recognise", "with_parts"]


def recognise(article: Article, vocabulary: Vocabulary) -> tuple[Found, ...]:
    """One claim each for title, court, year and type; one per theme; further courts as suggestions. Unknown is value None.

    The article has its parts: what a plan or a list of faults names is no theme.
    """
    words = plain(article)
    return (
        title_of(article),
        *courts_of(words, article, vocabulary),
        year_of(words, article),
        kind_of(words, article),
        *themes_of(words, article, vocabulary),
    )


def title_of(article: Article) -> Found:
    """The title that `split` made, with the line it stands on where there is one."""
    for line in article.lines:
        if line.kind == "title":
            return Found("title", article.title, 0.9, article.words(line), line.start, line.end)
    return Found("title", article.title or None, 0.5, basis="inferred")

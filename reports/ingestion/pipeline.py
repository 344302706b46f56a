"""The whole journey of one file on one screen: read, clean, split, doubt, recognise. Pure: it saves nothing."""

from .clean import clean
from .doubts import with_doubts
from .read import read
from .recognise import checks_of, figures_of, recognise, with_parts
from .shapes import Article, Ask, Draft, Reading, Unreadable, Upload, Vocabulary, allow
from .split import split


def reading_of(upload: Upload, vocabulary: Vocabulary, ask: Ask = allow) -> Reading:
    """Everything the pipeline can say about one file.

    Raises Unreadable, with a sentence for the uploader, where no text can be had, and Heavy where `ask` does. Strangers'
    files must not be parsed in a process that matters: everyone but the tests goes through `child.read_safely`.
    """
    pages = read(upload, ask)
    text = clean(pages)
    articles = with_doubts(split(text))
    if not articles:
        raise Unreadable("文件里除了页码和页眉没有别的文字。请检查原件后重新上传。")
    return Reading(
        kind=pages.kind,
        encoding=pages.encoding,
        pages=pages.pages,
        drafts=tuple(draft_of(article, vocabulary) for article in articles),
        notices=(*pages.notices, *text.notices),
    )


def draft_of(article: Article, vocabulary: Vocabulary) -> Draft:
    """One article and everything that the recognisers find in it."""
    article = with_parts(article)
    figures = figures_of(article, vocabulary)
    checks = checks_of(figures, article, vocabulary)
    return Draft(article, recognise(article, vocabulary), figures, checks, vocabulary.version)

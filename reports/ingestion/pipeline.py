"""The whole journey of one file on one screen: read, clean, split, recognise. Pure: it saves nothing."""

from .clean import clean
from .read import read
from .recognise import recognise
from .shapes import Draft, Reading, Upload, Vocabulary
from .split import split


def reading_of(upload: Upload, vocabulary: Vocabulary) -> Reading:
    """Everything the pipeline can say about one file.

    Raises Unreadable, with a sentence for the uploader, where no text can be had. Strangers' files must not be parsed
    in a process that matters: everyone but the tests goes through `child.read_safely`.
    """
    pages = read(upload)
    text = clean(pages)
    return Reading(
        kind=pages.kind,
        encoding=pages.encoding,
        pages=pages.pages,
        drafts=tuple(Draft(article, recognise(article, vocabulary)) for article in split(text)),
        notices=(*pages.notices, *text.notices),
    )

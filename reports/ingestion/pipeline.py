"""The whole journey of one file on one screen: read, clean, split, recognise. Pure: it saves nothing."""

from .clean import clean
from .read import read
from .recognise import recognise
from .shapes import Draft, Reading, Unreadable, Upload, Vocabulary
from .split import split


def reading_of(upload: Upload, vocabulary: Vocabulary) -> Reading:
    """Everything the pipeline can say about one file.

    Raises Unreadable, with a sentence for the uploader, where no text can be had. Strangers' files must not be parsed
    in a process that matters: everyone but the tests goes through `child.read_safely`.
    """
    pages = read(upload)
    text = clean(pages)
    articles = split(text)
    if not articles:
        raise Unreadable("文件里除了页码和页眉没有别的文字。请检查原件后重新上传。")
    return Reading(
        kind=pages.kind,
        encoding=pages.encoding,
        pages=pages.pages,
        drafts=tuple(Draft(article, recognise(article, vocabulary)) for article in articles),
        notices=(*pages.notices, *text.notices),
    )

"""Where articles may have been parted or read wrongly: each doubt a sentence for the person who looks at the article next.

Nothing is changed. A heading that was not printed, columns that were mixed, a page whose end stands elsewhere leave traces:
an article without a title, a sentence that breaks off, a paragraph that begins with another court's name.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from . import looks
from .han import is_han
from .shapes import Article
from .split import same_court

# No Chinese sentence begins with one of these: what stands before it is elsewhere.
_NEVER_FIRST = "的了们着，。、；：！？）》”’,;:!?)"
_FEWEST_HAN = 60
_MOST_NAMED = 5
_RUNNING = ("heading", "para")


def with_doubts(articles: Sequence[Article]) -> tuple[Article, ...]:
    """The articles of one file, each with its doubts as notices."""
    several = len(articles) > 1
    unfinished = [article.number for article in articles if unfinished_end(article)] if several else []
    return tuple(
        replace(
            article,
            notices=(
                *(parted_wrongly(article) if several else no_report(article)),
                *read_wrongly(article),
                *perhaps_in_it(article, unfinished),
            ),
        )
        for article in articles
    )


def parted_wrongly(article: Article) -> Iterator[str]:
    """What tells, of one article of several, that it is none by itself, or more than one."""
    kinds = {line.kind for line in article.lines}
    if "title" not in kinds:
        yield "没有读到标题：可能漏印或没有读出，也可能这几段属于别篇。请对照原件。"
    if "para" not in kinds:
        yield "只有标题，没有正文。请对照原件。"
    if others := list(other_courts(article)):
        where = places([place for place, _ in others])
        yield f"{where}以另一家法院（{others[0][1]}）开头，可能是另一篇，它的标题没有读到。请对照原件。"


def no_report(article: Article) -> Iterator[str]:
    """A page that asks for a password or a puzzle, or what is left of a damaged file."""
    said = sum(map(is_han, article.text))
    if said < _FEWEST_HAN:
        yield f"全文只有 {said} 个汉字，不像一篇报告：可能是登录页、验证页，或文件没有读全。请对照原件。"


def read_wrongly(article: Article) -> Iterator[str]:
    """Sentences that are not whole."""
    running = [place for place, line in enumerate(article.lines) if line.kind in _RUNNING]
    if broken := [place for place in running if is_broken(article, place, is_last=place == running[-1])]:
        yield f"{places(broken)}像是断开的半句话，行或栏的次序可能有误。请对照原件。"
    if end := unfinished_end(article):
        yield f"末尾“…{end[-12:]}”没有说完，下文可能在别处，或没有读到。请对照原件。"


def perhaps_in_it(article: Article, unfinished: Sequence[int]) -> Iterator[str]:
    """A passage that another article lacks stands in one after it, if anywhere."""
    for number in unfinished:
        if number < article.number:
            yield f"同一原件的第{number}篇没有说完，它的下文可能混在本篇里。请对照原件。"


def unfinished_end(article: Article) -> str:
    """The last words of the running text, where they end no sentence; "" where they do."""
    running = [article.words(line) for line in article.lines if line.kind in _RUNNING]
    return running[-1] if running and is_prose(running[-1]) and not looks.ends_sentence(running[-1]) else ""


def is_prose(words: str) -> bool:
    """Whether a line should end a sentence: a heading, the cells of a table, a greeting need not."""
    return len(words) > looks.LONGEST_HEAD or bool(re.search("[，,。；;]", words))


def is_broken(article: Article, place: int, *, is_last: bool) -> bool:
    """Whether a line of running text goes on from one that is not above it, or stops before its end although it is not the
    last."""
    line = article.lines[place]
    words = article.words(line)
    if words[0] in _NEVER_FIRST:
        return True
    long = line.kind == "para" and len(words) > looks.LONGEST_HEAD
    return not is_last and long and not looks.ends_sentence(words) and not looks.ends_clause(words)


def other_courts(article: Article) -> Iterator[tuple[int, str]]:
    """Paragraphs that begin with the full name of a court that is not the article's own."""
    own = own_court(article)
    for place, line in enumerate(article.lines):
        court = looks.leading_court(article.words(line)) if line.kind == "para" else None
        if own and court and not same_court(court, own):
            yield place, court


def own_court(article: Article) -> str | None:
    """The court that the head names, or, where there is none, the first paragraph that begins with one."""
    for line in article.lines:
        if line.kind in ("court", "title") and (alone := looks.court_line(article.words(line))):
            return alone[0]
    paragraphs = (article.words(line) for line in article.lines if line.kind == "para")
    return next((court for words in paragraphs if (court := looks.leading_court(words))), None)


def places(found: Sequence[int]) -> str:
    """第3、7行, counted from 1 as the page that parts and joins lines counts them."""
    named = "、".join(str(place + 1) for place in found[:_MOST_NAMED])
    return f"第{named}行" + (f"等 {len(found)} 行" if len(found) > _MOST_NAMED else "")

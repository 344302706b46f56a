"""The recognisers on every core: processes that know neither Django nor the database."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context

from .pipeline import draft_of
from .shapes import Article, Draft, Vocabulary

_known = Vocabulary()


def drafts(groups: Iterable[list[Article]], vocabulary: Vocabulary, cores: int) -> Iterator[list[Draft]]:
    """Group by group, in their order. `groups` is asked for no more of them than keep all cores busy."""
    # Not forked: who asks may hold a connection to a database, and threads.
    pool = ProcessPoolExecutor(cores, get_context("spawn"), know, (vocabulary,))
    ahead: deque[Future[list[Draft]]] = deque()
    with pool:
        try:
            for group in groups:
                ahead.append(pool.submit(drafts_of, group))
                if len(ahead) > cores + 1:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def know(vocabulary: Vocabulary) -> None:
    """Told once to each process, not with every group: it is three megabytes."""
    global _known
    _known = vocabulary


def drafts_of(articles: list[Article]) -> list[Draft]:
    return [draft_of(article, _known) for article in articles]

"""The recognisers on every core: processes that know neither Django nor the database."""

import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from threading import Thread

from .pipeline import draft_of
from .shapes import Article, Draft, Vocabulary

_known = Vocabulary()


def drafts(groups: Iterable[list[Article | str]], vocabulary: Vocabulary, cores: int) -> Iterator[list[Draft | str]]:
    """Group by group, in their order; a fault in words for an article that the recognisers fail on, or that is one already.

    `groups` is asked for no more of them than keep all cores busy.
    """
    # Not forked: who asks may hold a connection to a database, and threads.
    pool = ProcessPoolExecutor(cores, get_context("spawn"), know, (vocabulary,))
    ahead: deque[Future[list[Draft | str]]] = deque()
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
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who is interrupted is the one that saves, and it ends these
    Thread(target=end_with_parent, daemon=True).start()
    global _known
    _known = vocabulary


def end_with_parent() -> None:
    """One that was killed has told nobody: its pool would wait for work for ever."""
    if parent := parent_process():
        parent.join()
        os._exit(1)


def drafts_of(articles: list[Article | str]) -> list[Draft | str]:
    return [draft_or_fault(article, _known) for article in articles]


def draft_or_fault(article: Article | str, vocabulary: Vocabulary) -> Draft | str:
    if isinstance(article, str):
        return article
    try:
        return draft_of(article, vocabulary)
    except Exception as fault:
        return f"{type(fault).__name__}: {fault}"

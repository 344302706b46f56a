"""jieba tokens for indexing and for asking; dictionary and synonyms from seeds/.

Everything here takes and gives folded text (search.query.fold), so that a token always stands in the folded text.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jieba
from django.conf import settings
from opencc import OpenCC
from whoosh.analysis import Token, Tokenizer
from whoosh.formats import Existence

from reports.words import DICTIONARIES, segmenter

from .query import fold

# A run of Han characters goes to jieba; Latin words and numbers are cut here. Feeding jieba nothing but Han runs is what
# makes other segmenters give the same tokens, should one take its place.
RUN = re.compile(r"([㐀-䶿一-鿿\uf900-\ufaff\U00020000-\U000323af〇]+)|[a-z0-9]+(?:\.[0-9]+)*")
# Words that carry no question by themselves: they are no pieces of a longer word, but found when typed alone.
STOP_WORDS = """
的 了 和 与 及 在 是 有 为 等 对 中 把 被 从 到 也 都 就 而 或 之 其 将 并 向 以 吗 呢 吧 我 你 他 请 会 能 如何 怎么 怎样
哪些 哪个 什么 怎么样 为什么 是否 有没有 多少 可以 以及 关于 进行 这个 那个 我们 他们
"""
STOP = frozenset(STOP_WORDS.split())


@cache
def words_hash() -> str:
    """Names segmenter, dictionaries and cutting rules. An index made under another name must be rebuilt."""
    digest = hashlib.sha256(f"{jieba.__version__} {RUN.pattern}".encode())
    for name in DICTIONARIES:
        digest.update((Path(settings.SEEDS_DIR) / name).read_bytes())
    return digest.hexdigest()[:16]


def tokens(folded: str) -> Iterator[str]:
    """Every word of a folded paragraph, each followed by the longer word that holds it, as jieba cuts for search engines."""
    for run in RUN.finditer(folded):
        if run[1]:
            yield from segmenter().cut_for_search(run[0])
        else:
            yield run[0]


def words(text: str) -> list[str]:
    """The words of a text as it is printed, line by line: no word begins in one paragraph and ends in the next."""
    return [word for line in text.split("\n") for word in tokens(fold(line))]


def pieces(folded: str) -> tuple[str, ...]:
    """The words a typed word is made of, each once; () when it is one known term or nothing that could be cut."""
    cut: list[str] = []
    for run in RUN.finditer(folded):
        cut += segmenter().cut(run[0]) if run[1] else [run[0]]
    if cut == [folded]:
        return ()
    telling = [piece for piece in cut if piece not in STOP and not (len(piece) == 1 and piece.isascii())]
    return tuple(dict.fromkeys(telling))


@cache
def _synonyms() -> dict[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for line in (Path(settings.SEEDS_DIR) / "synonyms.txt").read_text(encoding="utf-8").splitlines():
        words = [word.strip() for word in line.split(",") if word.strip()]
        for word in words:
            groups[fold(word)] += [other for other in words if other != word]
    return {word: tuple(dict.fromkeys(others)) for word, others in groups.items()}


def synonyms(folded: str) -> tuple[str, ...]:
    """Other words for the same thing, as the list spells them."""
    return _synonyms().get(folded, ())


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


def spellings(typed: str) -> tuple[str, ...]:
    """What was typed, folded; and, where it was typed in traditional characters, its simplified form folded. Never ""."""
    forms = [fold(typed)]
    if any(_is_traditional(char) for char in typed):
        forms.append(fold(_to_simplified().convert(typed)))
    return tuple(dict.fromkeys(form for form in forms if form))


@cache
def _is_traditional(char: str) -> bool:
    """Whether the character shows that a text is traditional: 乾 does not, for simplified texts write 乾安 and 乾坤 too."""
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return _to_simplified().convert(char) != char
    return False


class ChineseAnalyzer(Tokenizer):
    """Whoosh's door to jieba. Positions are ordinal: jieba's own analyzer gives character offsets, and phrases fail."""

    def __call__(
        self,
        value: str,
        positions: bool = False,
        start_pos: int = 0,
        tokenize: bool = True,
        mode: str = "",
        **options: Any,
    ) -> Iterator[Token]:
        token = Token(positions=positions, mode=mode, **options)
        token.boost, token.stopped = 1.0, False
        # Whoosh hands wildcards over with tokenize=False; Haystack's "everything" is the wildcard "*".
        # Dropping it here would empty every faceted page that has no words.
        for position, word in enumerate(words(value) if tokenize else [value], start_pos):
            token.text = token.original = word
            if positions:
                token.pos = position
            yield token


class WordCounts(Existence):
    """How often each word occurs, and nothing more: whole strings have an index of their own."""

    def word_values(
        self, value: str, analyzer: ChineseAnalyzer, **options: Any
    ) -> Iterator[tuple[str, int, float, bytes]]:
        for word, count in Counter(words(value)).items():
            yield word, count, count * self.field_boost, b""

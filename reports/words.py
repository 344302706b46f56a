"""How Chinese is cut into words and spelt in pinyin, with our dictionaries: one of each per process, for pages and index."""

import hashlib
import logging
import marshal
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import jieba
from django.conf import settings
from jieba import finalseg

DICTIONARIES = ("words.txt", "words_thuocl_law.txt")
# The only characters that jieba knows; to it every other one is a word of its own, unless it is Latin or a figure.
PART = re.compile("([\u4e00-\u9fd5]+)|.", re.DOTALL)
HAN = re.compile("[\u4e00-\u9fd5]+")
NEVER = "\0"  # an entry that no text is looked up for
LISTED_TWICE = 3  # jieba 0.42.1's own dictionary has one word on two lines: B超, with this frequency

jieba.setLogLevel(logging.WARNING)

REMEMBERED = 16384  # words, and runs of single characters

Cut = Callable[[str], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Segmenter:
    """Cuts any text into all that it is made of: Han into words, by jieba's rules; every other character alone.

    A library sees nothing but runs of Han: on these rjieba and jieba agree to the last word, on mixed text they do not.

    han: the words of one run of Han, or of several with a line end between each two; line ends come along.
    parts: the shorter words within one word, and then itself, as jieba cuts for search engines.
    """

    library: str
    han: Cut
    parts: Cut

    def cut(self, text: str) -> Iterator[str]:
        for part in PART.finditer(text):
            if part[1]:
                yield from self.han(part[1])
            else:
                yield part[0]

    def cut_for_search(self, text: str) -> Iterator[str]:
        """As cut(), and before each word the shorter ones within it."""
        for part in PART.finditer(text):
            if part[1]:
                for word in self.han(part[1]):
                    yield from self.parts(word)
            else:
                yield part[0]


@cache
def segmenter() -> Segmenter:
    """rjieba where it is installed, jieba where not: the same words."""
    return rust() or python()


@cache
def rust() -> Segmenter | None:
    """rjieba with our dictionaries: 30 MB that forked processes go on sharing, 0.4 s; None where it is not installed.

    rjieba weighs the words of its dictionary. What is made of single characters in between goes through jieba's own
    model, for where two cuts are equally likely (卵卵卵) rjieba's rounds in another order; the model is small and what it
    said is remembered. rjieba has one dictionary per process, loaded as it is imported.
    """
    try:
        import rjieba
    except ImportError:
        return None
    # jieba never takes the old frequency of a word that it is given anew out of its total; rjieba does. Every weight is
    # a share of that total, and it decides between equals (人人 人 or 人 人人), so what jieba counts twice becomes the
    # frequency of an entry that is never met.
    entries = b"\n" + jieba.get_dict_file().read()
    added: dict[str, int] = {}
    twice = LISTED_TWICE
    for word, frequency in our_words():
        if word in added:
            twice += added[word]
        elif rjieba.has_word(word):
            twice += frequency_in(entries, word)
        rjieba.add_word(word, frequency, "")
        added[word] = frequency
    rjieba.add_word(NEVER, twice, "")

    @lru_cache(REMEMBERED)
    def unknown(characters: str) -> list[str]:
        return list(characters if rjieba.has_word(characters) else finalseg.cut(characters))

    def cut(han: str) -> list[str]:
        found: list[str] = []
        single = ""
        for word in rjieba.cut(han, False):
            if len(word) == 1 and word != "\n":
                single += word
                continue
            if single:
                found += unknown(single)
                single = ""
            found.append(word)
        return found + unknown(single) if single else found

    return Segmenter("rjieba", cut, parts_by(rjieba.has_word))


def parts_by(is_known: Callable[[str], object]) -> Cut:
    @lru_cache(REMEMBERED)
    def parts(word: str) -> tuple[str, ...]:
        pairs, triples = ([word[at : at + size] for at in range(len(word) - size + 1)] for size in (2, 3))
        shorter = pairs * (len(word) > 2) + triples * (len(word) > 3)
        return (*filter(is_known, shorter), word)

    return parts


def python() -> Segmenter:
    """jieba with our dictionaries, 83 MB: 2 s when first asked for, 0.4 s from what is then kept in DATA_DIR.

    jieba keeps a cache too, but in the system's temporary folder, where anyone may put a file for us to load, without
    our words, and it takes three times as long to read it.
    """
    tokenizer = jieba.Tokenizer()
    kept = settings.DATA_DIR / f"words-{fingerprint()}.cache"
    try:
        tokenizer.FREQ, tokenizer.total = marshal.loads(kept.read_bytes())  # noqa: S302  (our own folder, closed to others)
        tokenizer.initialized = True
    except (OSError, EOFError, ValueError, TypeError):
        read_dictionaries(tokenizer)
        keep(tokenizer, kept)
    return Segmenter("jieba", tokenizer.cut, parts_by(tokenizer.FREQ.get))


def read_dictionaries(tokenizer: jieba.Tokenizer) -> None:
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for word, frequency in our_words():
        tokenizer.add_word(word, frequency)


def our_words() -> Iterator[tuple[str, int]]:
    """Word and frequency of every line of our dictionaries, in order. Raises ValueError for a line that has not both.

    jieba would make up a missing frequency from its own numbers, which no other segmenter has.
    """
    for name in DICTIONARIES:
        lines = (Path(settings.SEEDS_DIR) / name).read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, 1):
            match line.split():
                case []:
                    continue
                case [word, frequency, *_] if frequency.isdecimal():
                    yield word, int(frequency)
                case _:
                    raise ValueError(f"{name} 第 {number} 行“{line}”要写成：词 词频 词性。")


def frequency_in(entries: bytes, word: str) -> int:
    """Of a word that is among the lines of jieba's own dictionary."""
    start = entries.index(f"\n{word} ".encode()) + len(f"\n{word} ".encode())
    return int(entries[start : entries.index(b" ", start)])


def keep(tokenizer: jieba.Tokenizer, path: Path) -> None:
    """For the next process; several may do it at once, and each writes the file whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_suffix(f".{os.getpid()}")
    written.write_bytes(marshal.dumps((tokenizer.FREQ, tokenizer.total)))
    written.replace(path)


def fingerprint() -> str:
    """Names what the words come from."""
    digest = hashlib.sha256(jieba.__version__.encode())
    for name in DICTIONARIES:
        digest.update((Path(settings.SEEDS_DIR) / name).read_bytes())
    return digest.hexdigest()[:16]


def syllables(name: str) -> list[str]:
    """The name in pinyin, without tones."""
    return speller()(name)


@cache
def speller() -> Callable[[str], list[str]]:
    # Half a second to import: not at every start, but when somebody first asks by pinyin.
    from pypinyin import lazy_pinyin
    from pypinyin.constants import PINYIN_DICT

    # In names of places 长 is nearly always cháng (长岭, 长子, 长治); the library's first reading is zhǎng.
    # Its load_single_dict() would do the same and then go through all its phrases again.
    PINYIN_DICT[ord("长")] = "cháng,zhǎng"
    return lazy_pinyin

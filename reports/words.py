"""How Chinese is cut into words and spelt in pinyin, with our dictionaries: one of each per process, for pages and index."""

import hashlib
import logging
import marshal
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import jieba
from django.conf import settings

DICTIONARIES = ("words.txt", "words_thuocl_law.txt")

jieba.setLogLevel(logging.WARNING)


@cache
def segmenter() -> jieba.Tokenizer:
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
    return tokenizer


def read_dictionaries(tokenizer: jieba.Tokenizer) -> None:
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for name in DICTIONARIES:
        tokenizer.load_userdict(str(Path(settings.SEEDS_DIR) / name))


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

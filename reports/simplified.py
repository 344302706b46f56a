"""Traditional characters as simplified ones: one table for everything that compares words."""

from functools import cache

import opencc


class _Table(dict[int, str]):
    """A table for str.translate that asks OpenCC once per character, so that no length ever changes."""

    def __init__(self) -> None:
        super().__init__()
        self.converter = opencc.OpenCC("t2s")

    def __missing__(self, code: int) -> str:
        simple = self.converter.convert(chr(code))
        self[code] = simple if len(simple) == 1 else chr(code)
        return self[code]


@cache
def _table() -> _Table:
    return _Table()


def simplified(words: str) -> str:
    """The same words in simplified characters, as long as before.

    Some characters are both (乾 in 乾安): names to be looked for must go through here too.
    """
    return words.translate(_table())

"""A theme's expressions: taken apart, and what a change of them can touch."""

import re
from collections.abc import Iterator

from reports.simplified import simplified

ANYTHING = re.compile("")


def alternatives(expressions: str) -> tuple[str, ...]:
    """What | parts at the top: 司法建议|白皮书(发布|公开) are two. Inside brackets and character classes it parts nothing."""
    return tuple(_parted(expressions))


def _parted(expressions: str) -> Iterator[str]:
    start = depth = 0
    opened = -1  # where a character class began: a ] right after that is a member of it
    at = 0
    while at < len(expressions):
        character = expressions[at]
        if character == "\\":
            at += 1
        elif opened >= 0:
            if character == "]" and at > opened + 1 + (expressions[opened + 1] == "^"):
                opened = -1
        elif character == "[":
            opened = at
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "|" and depth == 0:
            yield expressions[start:at]
            start = at + 1
        at += 1
    yield expressions[start:]


def touched_by(old: str, new: str) -> tuple[re.Pattern[str], ...]:
    """Of these a plain text holds at least one if the two expressions may find different words in it.

    Where alternatives were only added or taken away it is these; where their order changed, which decides between two that
    begin together, it is all of them. One that says nothing by itself (flags, a group of another) may touch any text.
    """
    before, after = alternatives(simplified(old)), alternatives(simplified(new))
    kept = [one for one in before if one in after]
    changed = [one for one in (*before, *after) if one not in kept]
    if kept != [one for one in after if one in before]:
        changed = [*before, *after]
    flagged = any(re.compile(expressions).flags != ANYTHING.flags for expressions in (old, new))
    try:
        return (ANYTHING,) if flagged else tuple(map(re.compile, dict.fromkeys(changed)))
    except re.error:
        return (ANYTHING,)

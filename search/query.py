"""The question as one value, and the little grammar people type. No engine in sight, standard library only.

Grammar, from what binds loosest to what binds tightest:

    A OR B, A | B            either
    A B, A AND B             both
    NOT A, -A                without
    A NEAR B, A ~20 B        within 20 characters;  A 同段 B: in one paragraph
    word  "exact"  “exact”   标题:A  法院:A  主题:A  (group)

What does not parse is left out or taken as plain words, and named in a notice. Nothing here ever raises.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, Protocol, cast
from urllib.parse import quote_plus

Sort = Literal["relevance", "newest", "oldest", "court"]
Field = Literal["title", "court", "theme"]
UNKNOWN = "unknown"

MAX_CHARACTERS = 500
MAX_LEAVES = 30
MAX_TOGETHER = 4
MAX_DEPTH = 16
MAX_WITHIN = 5
MAX_CHOICES = 200
NEAR_CHARACTERS = 20
FIELDS: dict[str, Field] = {"标题": "title", "法院": "court", "主题": "theme"}


# ---- folding
class _Fold(dict[int, int | None]):
    """str.translate's table, filled as characters are met: what each becomes, None for what is removed."""

    def __missing__(self, code: int) -> int | None:
        folded: int | None = code - 0xFEE0 if 0xFF01 <= code <= 0xFF5E else code
        if folded is not None and 65 <= folded <= 90:
            folded += 32
        if code == 0 or chr(code).isspace():
            folded = None
        self[code] = folded
        return folded


_FOLD = _Fold()


def fold(text: str) -> str:
    """White space and U+0000 removed, full-width ASCII to half-width, A–Z to a–z; nothing else.

    fold(a + b) == fold(a) + fold(b): a string stands in a text exactly if its fold stands in the text's fold.
    """
    return text.translate(_FOLD)


def unfolded(char: str) -> str:
    """All characters that fold to this one, which is folded itself: a as it is, and A, ａ and Ａ."""
    narrow = char + char.upper() if "a" <= char <= "z" else char
    return narrow + "".join(chr(ord(form) + 0xFEE0) for form in narrow if "!" <= form <= "~")


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """The folded text and, for each of its characters, where that character stands in `text`."""
    kept = [(chr(folded), at) for at, char in enumerate(text) if (folded := _FOLD[ord(char)]) is not None]
    return "".join(char for char, _ in kept), [at for _, at in kept]


# ---- what a typed line means
@dataclass(frozen=True, slots=True)
class Word:
    """A bare word: as typed first, then by its pieces."""

    text: str
    field: Field | None = None


@dataclass(frozen=True, slots=True)
class Exact:
    """A quoted string: found where its fold stands in the folded text (or field)."""

    text: str
    field: Field | None = None


Leaf = Word | Exact


@dataclass(frozen=True, slots=True)
class Near:
    """Each part at most `characters` folded characters away from the one before it, in either order."""

    parts: tuple[Leaf, ...]
    characters: int


@dataclass(frozen=True, slots=True)
class SameParagraph:
    """All parts in one paragraph (one line of the text)."""

    parts: tuple[Leaf, ...]


@dataclass(frozen=True, slots=True)
class Not:
    node: "Node"


@dataclass(frozen=True, slots=True)
class And:
    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    nodes: tuple["Node", ...]


Node = Word | Exact | Near | SameParagraph | Not | And | Or


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a typed line means, or None when it asks for nothing; and what was not understood, in Chinese."""

    tree: Node | None
    notices: tuple[str, ...] = ()


def wanted(node: Node | None) -> Iterator[Leaf]:
    """The words and strings that a report should hold, in the order typed: those under NOT are left out."""
    if isinstance(node, Word | Exact):
        yield node
    elif isinstance(node, Near | SameParagraph):
        yield from node.parts
    elif isinstance(node, And | Or):
        for child in node.nodes:
            yield from wanted(child)


def parse(q: str, *, exact: bool = False) -> Parsed:
    """What `q` means. Never raises; at most MAX_LEAVES words, MAX_DEPTH brackets deep, and
    MAX_TOGETHER times NEAR or 同段, each of which reads texts. `exact`: every word as if quoted."""
    notices: list[str] = []
    if len(q) > MAX_CHARACTERS:
        q = q[:MAX_CHARACTERS]
        notices.append(f"检索词太长，只用了前 {MAX_CHARACTERS} 个字。")
    tokens = list(_tokens(q, notices))
    tree = _Parser(tokens, notices, exact).parse()
    return Parsed(tree, tuple(dict.fromkeys(notices)))


Kind = Literal["word", "exact", "field", "(", ")", "or", "and", "not", "near", "paragraph"]


@dataclass(frozen=True, slots=True)
class _Token:
    kind: Kind
    text: str


_KEYWORDS: dict[str, Kind] = {"OR": "or", "AND": "and", "NOT": "not", "NEAR": "near", "同段": "paragraph"}
_FIELD = re.compile(r"(标题|法院|主题)[:：]\s*(?=[^\s|｜)）\x00])")
# Each character in one way only, or it takes for ever. A \" closes only where the line ends with it.
_QUOTED = {'"': re.compile(r'"((?:\\"|[^"\\]|\\(?!"))*(?:\\(?="\s*\Z))?)"'), "“": re.compile(r"“([^”]*)”")}
_DISTANCE = re.compile(r"[~～](\d{1,3})")
# Brackets inside a word belong to it (审（执）结); elsewhere they group.
_WORD = re.compile(r"""(?:[(（][^\s"“|｜()（）\x00]*[)）]|[^\s"“|｜()（）\x00])+""")


def _tokens(q: str, notices: list[str]) -> Iterator[_Token]:
    at = 0
    while at < len(q):
        char = q[at]
        if char.isspace() or char == "\0":
            at += 1
        elif char in _QUOTED:
            if quoted := _QUOTED[char].match(q, at):
                yield _Token("exact", quoted[1].replace('\\"', '"'))
                at = quoted.end()
            else:
                notices.append("引号没有成对，其后的文字按普通词语检索。")
                at += 1
        elif char in "(（":
            yield _Token("(", char)
            at += 1
        elif char in ")）":
            yield _Token(")", char)
            at += 1
        elif char in "|｜":
            yield _Token("or", char)
            at += 1
        elif char in "-－":
            at += 1
            if at < len(q) and not q[at].isspace() and q[at] not in "-－|｜)）\0":
                yield _Token("not", char)
            else:
                notices.append(f"“{char}”后面缺少词语，已忽略。")
        elif field := _FIELD.match(q, at):
            yield _Token("field", field[1])
            at = field.end()
        else:
            token, at = _word(q, at)
            yield token


def _word(q: str, at: int) -> tuple[_Token, int]:
    """The word or keyword that begins at `at`, and where it ends."""
    for keyword, kind in _KEYWORDS.items():
        after = at + len(keyword)
        if q.startswith(keyword, at) and (after == len(q) or q[after].isspace() or q[after] in '"“|｜()（）\0'):
            return _Token(kind, keyword), after
    # Never None: every first character that no word begins with is dealt with in _tokens.
    matched = cast(re.Match[str], _WORD.match(q, at))
    word = matched[0]
    if distance := _DISTANCE.fullmatch(word):
        return _Token("near", distance[1]), matched.end()
    return _Token("word", word), matched.end()


class _Parser:
    """Recursive descent over tokens that takes what it understands and notes the rest."""

    def __init__(self, tokens: list[_Token], notices: list[str], exact: bool):
        self.tokens = tokens
        self.notices = notices
        self.exact = exact
        self.at = 0
        self.leaves = 0
        self.together = 0

    def parse(self) -> Node | None:
        nodes: list[Node] = []
        while self.at < len(self.tokens):
            node = self._either(0, None)
            if node is not None:
                nodes.append(node)
            if self._next() == ")":
                self.at += 1
                self.notices.append("括号没有成对，多余的括号已忽略。")
        return _and(nodes)

    def _next(self) -> Kind | None:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else None

    def _either(self, depth: int, field: Field | None) -> Node | None:
        nodes = [self._both(depth, field)]
        while self._next() == "or":
            operator = self.tokens[self.at].text
            self.at += 1
            nodes.append(self._both(depth, field))
            if nodes[-1] is None or nodes[-2] is None:
                self.notices.append(f"“{operator}”前后缺少词语，已忽略。")
        found = [node for node in nodes if node is not None]
        return Or(tuple(found)) if len(found) > 1 else _and(found)

    def _both(self, depth: int, field: Field | None) -> Node | None:
        nodes: list[Node] = []
        while (kind := self._next()) not in (None, "or", ")"):
            if kind == "and":
                self.at += 1
                if not nodes or self._next() in (None, "or", ")", "and"):
                    self.notices.append("“AND”前后缺少词语，已忽略。")
                continue
            node = self._without(depth, field)
            if node is not None:
                nodes.append(node)
        return _and(nodes)

    def _without(self, depth: int, field: Field | None) -> Node | None:
        negative = False
        while self._next() == "not":
            operator = self.tokens[self.at].text
            self.at += 1
            negative = not negative
            if self._next() in (None, "or", "and", ")"):
                self.notices.append(f"“{operator}”后面缺少词语，已忽略。")
                return None
        node = self._together(depth, field)
        return Not(node) if negative and node is not None else node

    def _together(self, depth: int, field: Field | None) -> Node | None:
        """One operand, or several held together by NEAR, ~20 or 同段."""
        last = self._operand(depth, field)
        nodes = [last] if last is not None else []
        alone = True
        while (kind := self._next()) in ("near", "paragraph") and last is not None:
            operator = self.tokens[self.at].text
            parts: list[Node | None] = [last]
            while self._next() == kind and self.tokens[self.at].text == operator:
                self.at += 1
                parts.append(None if self._next() in (None, "or", "and", "not", ")") else self._operand(depth, field))
            leaves = tuple(part for part in parts if isinstance(part, Word | Exact) and part.field is None)
            self.together += len(parts) - 1
            if self.together > MAX_TOGETHER:
                self.notices.append(f"NEAR 和同段一次最多用 {MAX_TOGETHER} 处，其余已按普通词语检索。")
                nodes.extend(part for part in parts[1:] if part is not None)
            elif len(leaves) == len(parts):
                if alone:
                    nodes.pop()
                nodes.append(SameParagraph(leaves) if kind == "paragraph" else Near(leaves, _characters(operator)))
            else:
                self.notices.append(f"“{_spoken(operator)}”前后要各有一个词语或引号里的文字，已按普通词语检索。")
                nodes.extend(part for part in parts[1:] if part is not None)
            alone = False
            last = parts[-1]
        return _and(nodes)

    def _operand(self, depth: int, field: Field | None) -> Node | None:
        token = self.tokens[self.at]
        self.at += 1
        if token.kind == "field":
            if self._next() in ("word", "exact", "("):
                return self._operand(depth, FIELDS[token.text])
            self.notices.append(f"“{token.text}:”后面缺少词语，已按普通词语检索。")
            return self._leaf(Word(token.text))
        if token.kind == "(":
            return self._group(depth, field)
        if token.kind == "near":
            self.notices.append(f"“{_spoken(token.text)}”前面缺少词语，已忽略。")
            return None
        if token.kind == "exact":
            if not fold(token.text):
                self.notices.append("引号里没有文字，已忽略。")
                return None
            return self._leaf(Exact(token.text, field))
        return self._leaf(Word(token.text, field))

    def _group(self, depth: int, field: Field | None) -> Node | None:
        if depth == MAX_DEPTH:
            self.notices.append(f"括号超过 {MAX_DEPTH} 层，更里面的括号已忽略。")
            return None
        node = self._either(depth + 1, field)
        if self._next() == ")":
            self.at += 1
        else:
            self.notices.append("括号没有成对，已按到末尾处理。")
        if node is None:
            self.notices.append("括号里没有词语，已忽略。")
        return node

    def _leaf(self, leaf: Leaf) -> Node | None:
        if self.leaves == MAX_LEAVES:
            self.notices.append(f"检索词太多，只用了前 {MAX_LEAVES} 个。")
            return None
        self.leaves += 1
        return Exact(leaf.text, leaf.field) if self.exact else leaf


def _and(nodes: Iterable[Node]) -> Node | None:
    """All of the nodes, without a bracket inside a bracket."""
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.nodes if isinstance(node, And) else [node])
    if not flat:
        return None
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def _characters(operator: str) -> int:
    return int(operator) if operator.isdigit() else NEAR_CHARACTERS


def _spoken(operator: str) -> str:
    return f"~{operator}" if operator.isdigit() else operator


# ---- the question
class Params(Protocol):
    """What an address carries: Django's QueryDict, or anything else with getlist."""

    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What a person asks. Page, JSON, facet link, saved link and export take this same value.

    Values of one facet are joined by OR, facets by AND; year_from/to are ANDed with years.
    regions: GB/T 2260 codes. courts: ids as text. years: "2023" …. themes, levels, types: their Chinese names.
    Any of these may also hold "unknown". parts: Chinese names too; q and within are then looked for in their passages alone.
    within: earlier q that must also hold.
    """

    q: str = ""
    within: tuple[str, ...] = ()
    mode: Literal["fuzzy", "exact"] = "fuzzy"
    synonyms: bool = True
    regions: tuple[str, ...] = ()
    courts: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    themes: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    sort: Sort = "relevance"
    page: int = 1

    @classmethod
    def from_params(cls, params: Params) -> tuple["SearchQuery", tuple[str, ...]]:
        """The question in an address, and notices (in Chinese) for the values that were ignored. Any input will do.

        Whether a region, court, theme, level or type exists is for those to say who know the database.
        """
        return _Reader(params).read()

    def address(self) -> str:
        """The question as a query string, in DESIGN's names and order, without what is the default."""
        return "&".join(f"{name}={_quoted(value)}" for name, value in self.pairs())

    def pairs(self) -> list[tuple[str, str]]:
        """The names and values of the address, in its order."""
        pairs: list[tuple[str, str]] = [("q", self.q)] if self.q else []
        pairs += [("within", earlier) for earlier in self.within]
        if self.mode != "fuzzy":
            pairs.append(("mode", self.mode))
        if not self.synonyms:
            pairs.append(("syn", "0"))
        pairs += [("region", value) for value in self.regions]
        pairs += [("court", value) for value in self.courts]
        pairs += [("year", value) for value in self.years]
        if self.year_from is not None:
            pairs.append(("year_from", str(self.year_from)))
        if self.year_to is not None:
            pairs.append(("year_to", str(self.year_to)))
        pairs += [("theme", value) for value in self.themes]
        pairs += [("level", value) for value in self.levels]
        pairs += [("type", value) for value in self.types]
        pairs += [("part", value) for value in self.parts]
        if self.sort != "relevance":
            pairs.append(("sort", self.sort))
        if self.page != 1:
            pairs.append(("page", str(self.page)))
        return pairs

    def parsed(self) -> Parsed:
        """What q means."""
        return parse(self.q, exact=self.mode == "exact")

    def parsed_within(self) -> tuple[Parsed, ...]:
        """What each earlier q means."""
        return tuple(parse(earlier, exact=self.mode == "exact") for earlier in self.within)

    def on_page(self, page: int) -> "SearchQuery":
        return replace(self, page=page)


@lru_cache(maxsize=1024)
def _quoted(value: str) -> str:
    """As an address carries it. A page has fifty addresses of the same few words."""
    return quote_plus(value, errors="replace")


_REGION = re.compile(r"[0-9]{6}|unknown")
_COURT = re.compile(r"[0-9]{1,15}|unknown")
_YEAR = re.compile(r"[0-9]{4}|unknown")
_NAME = re.compile(r"\S.{0,39}")
_PAGE = re.compile(r"0*([1-9][0-9]{0,8})")


class _Reader:
    """Reads one address into a SearchQuery and notes what it had to ignore."""

    def __init__(self, params: Params):
        self.params = params
        self.notices: list[str] = []

    def read(self) -> tuple[SearchQuery, tuple[str, ...]]:
        page = self._one("page", "页码", _PAGE) or "1"
        query = SearchQuery(
            q=self._typed("q")[0] if self._typed("q") else "",
            within=self._within(),
            mode="exact" if self._one("mode", "检索方式", re.compile("fuzzy|exact")) == "exact" else "fuzzy",
            synonyms=self._one("syn", "同义词开关", re.compile("[01]")) != "0",
            regions=self._several("region", "地区", _REGION),
            courts=self._several("court", "法院", _COURT),
            years=self._several("year", "年度", _YEAR),
            year_from=self._year("year_from", "起始年度"),
            year_to=self._year("year_to", "截止年度"),
            themes=self._several("theme", "主题", _NAME),
            levels=self._several("level", "法院层级", _NAME),
            types=self._several("type", "类型", _NAME),
            parts=self._several("part", "部分", _NAME),
            sort=self._sort(),
            page=int(page),
        )
        return query, tuple(dict.fromkeys(self.notices))

    def _ignored(self, label: str, value: str) -> None:
        shown = "".join(char if char.isprintable() else "�" for char in value[:20])
        self.notices.append(f"{label}“{shown}{'…' if len(value) > 20 else ''}”无法识别，已忽略。")

    def _typed(self, key: str) -> list[str]:
        """Lines that a person typed, without their outer white space and what is beyond the limit."""
        lines = [line.replace("\0", "").strip() for line in self.params.getlist(key)]
        if any(len(line) > MAX_CHARACTERS for line in lines):
            self.notices.append(f"检索词太长，只用了前 {MAX_CHARACTERS} 个字。")
        return [line[:MAX_CHARACTERS].strip() for line in lines]

    def _within(self) -> tuple[str, ...]:
        earlier = tuple(dict.fromkeys(line for line in self._typed("within") if line))
        if len(earlier) > MAX_WITHIN:
            self.notices.append(f"“结果中检索”最多 {MAX_WITHIN} 层，其余已忽略。")
        return earlier[:MAX_WITHIN]

    def _one(self, key: str, label: str, allowed: re.Pattern[str]) -> str | None:
        """The last value given, as Django's own forms read it."""
        given = [value.strip() for value in self.params.getlist(key) if value.strip()]
        if not given:
            return None
        if not (match := allowed.fullmatch(given[-1])):
            self._ignored(label, given[-1])
            return None
        return match[match.lastindex or 0]

    def _several(self, key: str, label: str, allowed: re.Pattern[str]) -> tuple[str, ...]:
        """All good values, each once, in a fixed order: equal questions are equal values."""
        given = dict.fromkeys(value.strip() for value in self.params.getlist(key) if value.strip())
        good = []
        for value in given:
            if allowed.fullmatch(value):
                good.append(value)
            elif len(self.notices) < 20:
                self._ignored(label, value)
        if len(good) > MAX_CHOICES:
            self.notices.append(f"{label}最多选 {MAX_CHOICES} 个，其余已忽略。")
        return tuple(sorted(good[:MAX_CHOICES]))

    def _year(self, key: str, label: str) -> int | None:
        # From 1000 on: 0999 would not be written into an address as it was read from one.
        year = self._one(key, label, re.compile("[1-9][0-9]{3}"))
        return None if year is None else int(year)

    def _sort(self) -> Sort:
        sort = self._one("sort", "排序方式", re.compile("relevance|newest|oldest|court"))
        return sort or "relevance"  # type: ignore[return-value]  # the expression allows nothing else

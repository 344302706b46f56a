"""Web pages, as saved by browsers or by Word -> Pages: the article alone, without what the site puts around it."""

import re
from collections.abc import Iterator

import tinycss2
from selectolax.lexbor import LexborHTMLParser, LexborNode

from ..han import is_han
from ..shapes import Page, Pages, Unreadable
from .txt import decoded, decoded_as

NO_TEXT = "网页里没有正文，可能是框架页，或正文要联网才能显示。请在浏览器里打开，全选复制到记事本存为 TXT 后再上传。"
MOST_TAGS = 100_000

_NEVER_SHOWN = (
    "script, style, noscript, template, iframe, svg, canvas, object, embed, audio, video, button, select, input,"
    "textarea, nav, footer, aside, head, [hidden], [aria-hidden=true], rt, rp"
)
HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em|rem|%)?\s*(?:;|!|$)", re.IGNORECASE
)
_SHOWN = re.compile(r"display\s*:\s*(?!none)\w|visibility\s*:\s*visible", re.IGNORECASE)
# What a page's own style sheet hides on a screen at all times: an element of some class or name, wherever it stands.
_MOST_CSS = 200_000  # characters
_NAMES = re.compile(r"[.#]-?[A-Za-z_][\w-]*", re.ASCII)
_NAMED = re.compile(rf"(?:[A-Za-z][A-Za-z0-9]*)?(?:{_NAMES.pattern})+", re.ASCII)
_ON_SCREEN = {None, "", "all", "screen"}
_AS_WRITTEN = re.compile(r"white-space\s*:\s*pre", re.IGNORECASE)
# Where the systems that Chinese courts and governments publish with put an article.
KNOWN_PLACES = (
    "#UCAP-CONTENT, #zoom, #Zoom, .TRS_Editor, .TRS_UEDITOR, .trs_editor_view, #js_content, #vsb_content, .v_news_content,"
    "#fontzoom, #detailContent, .article-content, .article_content, .pages_content, .xxgk_content, #artibody, #ozoom"
)
_BLOCKS = {
    *("address", "article", "blockquote", "body", "center", "dd", "div", "dl", "dt", "figcaption", "figure", "h1"),
    *(
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tr",
        "ul",
    ),
}
_ENOUGH_HAN = 100
# In sentences. What says less, and has links or fields, wants a password or fetches its text later. (Of what says little more
# a reviewer is told that it is too short.)
_FEWEST_HAN = 10
_SHORTEST_TITLE = 4
# The article is the smallest part of the page with so much of its running text.
_MOST_OF_IT = 0.85
_DEEPEST = 60
_SENTENCE = re.compile(r"[，。；：、！？,;]")
_WHOLE_SENTENCE = re.compile(r"[，。；！？]")
_DATE = re.compile(r"[\[(（]?\d{2,4}[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?)?(?:\d{1,2}:\d\d(?::\d\d)?)?[\])）]?")
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
# What the site adds to the title in the window's bar.
_SITE_NAME = re.compile(r"\s*(?:[_|｜]|\s[-–—]\s|-{2}).*$")


def read_html(data: bytes) -> Pages:
    """One page, a line for every paragraph and every row of a table. Raises Unreadable."""
    if data.count(b"<") > MOST_TAGS:
        raise Unreadable("网页的结构异常庞大，未予识别。请在浏览器里打开，另存为 PDF 后再上传。")
    text, encoding = decoded_page(data)
    tree = LexborHTMLParser(text)
    title = _title(tree)
    told = _published(tree)
    hidden = ",".join(_hidden_by_sheet(tree))
    is_shell = tree.css_first("iframe, frame, input, textarea, a[href]") is not None
    for node in tree.css(_NEVER_SHOWN):
        node.decompose()
    # Some systems make the whole page one form; the others are for searching and logging in.
    for form in tree.css("form"):
        if _running_text(form) < _ENOUGH_HAN:
            form.decompose()
    # Some hide the article itself until their scripts have run.
    articles = {node.mem_id for node in tree.css(KNOWN_PLACES)}
    for node in tree.css("[style]"):
        if HIDDEN.search(node.attributes.get("style") or "") and node.mem_id not in articles:
            node.decompose()
    for node in tree.css(hidden) if hidden else ():
        # What is longer may be the article, or a part of it that a click shows; a script that has run notes on the element
        # itself what it shows.
        if _han(node.text()) < _ENOUGH_HAN and not _SHOWN.search(node.attributes.get("style") or ""):
            node.decompose()
    if tree.body is None:
        raise Unreadable(NO_TEXT)
    lines = [line for line in _lines(_article(tree, tree.body)) if line]
    said = sum(_han(line) for line in lines if _WHOLE_SENTENCE.search(line))
    if not any(map(_han, lines)) or (is_shell and said < _FEWEST_HAN):
        raise Unreadable(NO_TEXT)
    if _han(title) >= _SHORTEST_TITLE and not any(_folded(title) in _folded(line) for line in lines[:8]):
        lines.insert(0, title)
    return Pages("html", (Page(1, "\n".join(lines)),), encoding, told, paragraphs=True)


def _hidden_by_sheet(tree: LexborHTMLParser) -> list[str]:
    """Selectors of the classes and names whose elements the page's style sheet does not show, and no other rule does."""
    sheet = "".join(node.text() for node in tree.css("style") if node.attributes.get("media") in _ON_SCREEN)
    hidden: list[str] = []
    shown: set[str] = set()
    # Rules inside others, @media above all, are for printers and telephones.
    for rule in tinycss2.parse_stylesheet(sheet[:_MOST_CSS], skip_comments=True, skip_whitespace=True):
        if rule.type != "qualified-rule":
            continue
        selectors, declarations = tinycss2.serialize(rule.prelude), tinycss2.serialize(rule.content)
        if HIDDEN.search(declarations):
            hidden += filter(_NAMED.fullmatch, map(str.strip, selectors.split(",")))
        elif _SHOWN.search(declarations):
            shown.update(_NAMES.findall(selectors))
    return [selector for selector in hidden if shown.isdisjoint(_NAMES.findall(selector))]


def decoded_page(data: bytes) -> tuple[str, str]:
    """As the page says, if that gives no broken character; else as its bytes look."""
    declared = _CHARSET.search(data[:4096])
    if declared:
        name = declared[1].decode("ascii").lower()
        # Whatever calls itself GB2312 may hold more characters than that.
        encoding = "gb18030" if name.startswith("gb") else name
        try:
            b"a".decode(encoding)  # Python has encodings of bytes, too, and one that is no encoding: undefined
            told = decoded_as(data, encoding)
        except (LookupError, UnicodeError):
            told = None
        if told and not told.broken:
            return told.text, encoding
    found = decoded(data)
    return found.text, found.encoding


def _title(tree: LexborHTMLParser) -> str:
    """The article's title as the page names it; the first first-level heading, else the window's title."""
    named = tree.css_first("meta[name=ArticleTitle]")
    if named is not None and (content := named.attributes.get("content")):
        return " ".join(content.split())
    for selector in ("h1", "#activity-name", ".title h2", "h2"):
        heading = tree.css_first(selector)
        if heading is not None and len(text := " ".join(heading.text().split())) >= 6:
            return text
    window = tree.css_first("title")
    return _SITE_NAME.sub("", " ".join(window.text().split())) if window is not None else ""


def _published(tree: LexborHTMLParser) -> tuple[str, ...]:
    """What the page's own head says of when and by whom it was published."""
    said = {
        label: node.attributes.get("content") or ""
        for label, name in (("发布时间", "PubDate"), ("来源", "ContentSource"))
        if (node := tree.css_first(f"meta[name={name}]")) is not None
    }
    told = "，".join(f"{label} {content.strip()[:60]}" for label, content in said.items() if content.strip())
    return (f"网页注明：{told}。",) if told else ()


def _article(tree: LexborHTMLParser, body: LexborNode) -> LexborNode:
    """The part of the page that is the article: where known systems put it, else where the running text stands."""
    whole = _running_text(body)
    for place in tree.css(KNOWN_PLACES):
        # A page may show several articles, or use a known name for something else.
        if (here := _running_text(place)) >= _ENOUGH_HAN and here >= 0.5 * whole:
            return place
    node = body
    for _ in range(_DEEPEST if whole else 0):
        inner = next((part for part in node.iter() if _running_text(part) >= _MOST_OF_IT * whole), None)
        if inner is None or inner.tag in ("p", "td", "tr"):
            break
        node = inner
    return node


def _running_text(node: LexborNode) -> int:
    """How many Han stand in lines that are sentences rather than labels and links."""
    return sum(_han(line) for line, linked in _lines_with_links(node) if not linked and _SENTENCE.search(line))


def _han(text: str) -> int:
    return sum(map(is_han, text))


def _lines(node: LexborNode) -> Iterator[str]:
    """The lines of the article without lists of links, which lead to other pages."""
    for line, linked in _lines_with_links(node):
        if not linked or _SENTENCE.search(line) or line.startswith("附件"):
            yield line


def _lines_with_links(node: LexborNode) -> Iterator[tuple[str, bool]]:
    """Every line of the page, and whether nearly all of it is links, but for a date beside them."""
    words: list[str] = []
    linked = 0

    def line() -> tuple[str, bool]:
        text = re.sub(r"[ \xa0\r\n\f\v]+", " ", "".join(words)).strip()
        return text, linked > 0 and linked >= 0.8 * len(_DATE.sub("", "".join(text.split())))

    for piece, is_link, ends in _pieces(node):
        if ends:
            yield line()
            words, linked = [], 0
        else:
            words.append(piece)
            linked += len("".join(piece.split())) if is_link else 0
    yield line()


def _pieces(root: LexborNode) -> Iterator[tuple[str, bool, bool]]:
    """The text from beginning to end as (words, inside a link, ends a line). Depth costs nothing: there is no recursion."""
    stack: list[tuple[LexborNode, bool, bool, bool]] = [(root, False, False, False)]
    while stack:
        node, in_link, as_written, closing = stack.pop()
        name = node.tag
        if name == "-text":
            first, *others = _text_lines(node.text(deep=False) or "", as_written)
            yield first, in_link, False
            for line in others:
                yield "", in_link, True
                yield line, in_link, False
        elif closing or name == "br":
            yield ("\t", in_link, False) if name in ("td", "th") else ("", in_link, True)
        else:
            in_link = in_link or name == "a"
            as_written = as_written or name == "pre" or bool(_AS_WRITTEN.search(node.attributes.get("style") or ""))
            is_block = name in _BLOCKS and not (name in ("p", "div") and _is_in_cell(node))
            if is_block:
                yield "", in_link, True
            if is_block or name in ("td", "th"):
                stack.append((node, in_link, as_written, True))
            stack += [(inner, in_link, as_written, False) for inner in reversed(list(node.iter(include_text=True)))]


def _text_lines(text: str, as_written: bool) -> list[str]:
    """Where a page shows its text as it was written, line ends count."""
    return text.split("\n") if as_written else [text]


def _is_in_cell(node: LexborNode) -> bool:
    """Whether a paragraph is all that a short cell of a table holds."""
    parent = node.parent
    if parent is None or parent.tag not in ("td", "th"):
        return False
    return len(list(parent.iter())) == 1 and len(parent.text()) <= 60


def _folded(text: str) -> str:
    return "".join(text.split())

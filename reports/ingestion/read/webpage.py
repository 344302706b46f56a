"""Saved web pages -> what of them may be handed to a program that prints: words, tables and the pictures that they bring.

Written anew from a list of what is known to be harmless, never by taking out what is known to be harmful: no scripts, no
frames, no forms, and no address of anything, on the network or on this machine.
"""

import base64
import email
import email.policy
import re
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from html import escape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ..shapes import Unreadable
from .html import HIDDEN, KNOWN_PLACES, MOST_TAGS, NO_TEXT, decoded_page, read_html
from .kinds import kind_of

_LEFT_OUT = (
    "script, style, noscript, template, iframe, frame, svg, math, canvas, object, embed, applet, audio, video, map, head,"
    "button, select, input, textarea, [hidden], rp"
)
_EMPTY = {"br", "hr", "img", "col"}
_KEPT = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "span", "center", "blockquote", "pre", "font", "address"),
    *("b", "strong", "i", "em", "u", "s", "strike", "del", "ins", "big", "small", "sub", "sup", "tt", "code"),
    *("table", "caption", "colgroup", "thead", "tbody", "tfoot", "tr", "td", "th"),
    *("ul", "ol", "li", "dl", "dt", "dd", *_EMPTY),
}
_LIKE_DIV = {
    "section",
    "article",
    "header",
    "footer",
    "main",
    "nav",
    "aside",
    "figure",
    "figcaption",
    "fieldset",
    "form",
}
_ATTRIBUTES = {
    *("align", "valign", "width", "height", "colspan", "rowspan", "border", "cellpadding", "cellspacing", "bgcolor"),
    *("color", "size", "face", "start", "type"),
}
_PLAIN = re.compile(r"[\w .,%#-]{1,80}")
_STYLES = re.compile(
    r"(?:text-(?:align|indent|decoration)|font-(?:size|family|weight|style)|(?:background-)?color|line-height"
    r"|(?:margin|padding)(?:-\w+)?|vertical-align|width|border(?:-[a-z-]+)?)\s*:\s*[\w\s.,%#'-]{1,80}",
    re.IGNORECASE,
)
_DRAWN = re.compile(r"data:image/(?:png|jpe?g|gif|bmp|webp);base64,[\w+/=\s]*", re.IGNORECASE)
_PAGE = "@page { size: 21cm 29.7cm; margin: 2cm } body { font-size: 12pt }"


def harmless(data: bytes) -> bytes:
    """The page, or of a page with its pictures in one file the frame that is read, in UTF-8. Raises Unreadable."""
    pictures: Mapping[str, str] = {}
    if kind_of(data) == "mht":
        message = email.message_from_bytes(data, policy=email.policy.default)
        data, pictures = _frame(message), dict(_pictures(message))
    if data.count(b"<") > MOST_TAGS:
        raise Unreadable(NO_TEXT)
    text, _ = decoded_page(data)
    tree = LexborHTMLParser(text)
    for node in tree.css(_LEFT_OUT):
        node.decompose()
    articles = {node.mem_id for node in tree.css(KNOWN_PLACES)}
    for node in tree.css("[style]"):
        if HIDDEN.search(node.attributes.get("style") or "") and node.mem_id not in articles:
            node.decompose()
    if tree.body is None:
        raise Unreadable(NO_TEXT)
    words = "".join(_written(tree.body, pictures))
    return f'<html><head><meta charset="utf-8"><style>{_PAGE}</style></head><body>{words}</body></html>'.encode()


def _frame(message: EmailMessage) -> bytes:
    """The first frame with an article."""
    for part in message.walk():
        content = part.get_payload(decode=True) if part.get_content_type() == "text/html" else None
        if isinstance(content, bytes):
            try:
                read_html(content)
            except Unreadable:
                continue
            return content
    raise Unreadable(NO_TEXT)


def _pictures(message: EmailMessage) -> Iterator[tuple[str, str]]:
    """The addresses that the page calls its pictures by -> the pictures themselves."""
    for part in message.walk():
        content = part.get_payload(decode=True) if part.get_content_maintype() == "image" else None
        if isinstance(content, bytes):
            drawn = f"data:{part.get_content_type()};base64,{base64.b64encode(content).decode('ascii')}"
            if location := part.get("Content-Location"):
                yield str(location), drawn
            if name := part.get("Content-ID"):
                yield f"cid:{str(name).strip('<>')}", drawn


def _written(root: LexborNode, pictures: Mapping[str, str]) -> Iterator[str]:
    """Depth costs nothing: there is no recursion."""
    stack: list[LexborNode | str] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            yield node
        elif node.tag == "-text":
            yield escape(node.text(deep=False) or "")
        else:
            tag = "div" if node.tag in _LIKE_DIV else node.tag
            if tag in _KEPT and (tag != "img" or _source(node, pictures)):
                yield f"<{tag}{''.join(_attributes(node, pictures))}>"
                if tag not in _EMPTY:
                    stack.append(f"</{tag}>")
            stack += reversed(list(node.iter(include_text=True)))


def _source(node: LexborNode, pictures: Mapping[str, str]) -> str:
    """The picture itself; "" where the page only says where one is to be had."""
    address = (node.attributes.get("src") or "").strip()
    drawn = pictures.get(address, address)
    return drawn if _DRAWN.fullmatch(drawn) else ""


def _attributes(node: LexborNode, pictures: Mapping[str, str]) -> Iterator[str]:
    for name, value in node.attributes.items():
        if name in _ATTRIBUTES and value and _PLAIN.fullmatch(value):
            yield f' {name}="{value}"'
        elif name == "style" and value:
            styles = [style for style in map(str.strip, value.split(";")) if _STYLES.fullmatch(style)]
            yield f' style="{escape("; ".join(styles))}"' if styles else ""
    if node.tag == "img":
        yield f' src="{_source(node, pictures)}"'

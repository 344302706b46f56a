"""A web page that a browser saved into one file (MHTML), or an e-mail -> Pages: the same format, told apart by nothing."""

import email
import email.policy
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message

from ..han import is_han
from ..shapes import Pages, Unreadable
from .html import read_html
from .txt import read_txt

# A letter with less to say is about what it brings.
_FEWEST_HAN = 300
_MOST_NAMED = 5
_NO_TEXT = (
    "网页或邮件里没有正文，可能是框架页，或正文要联网才能显示。请在浏览器里打开，全选复制到记事本存为 TXT 后再上传。"
)


def read_mail(data: bytes) -> Pages:
    """The first article in it, as a page before as plain text. What is attached to a letter is named, not read.

    Raises Unreadable.
    """
    message = email.message_from_bytes(data, policy=email.policy.default)
    attached = list(_attached(message))
    pages = _first_article(message)
    if attached and (pages is None or sum(is_han(character) for character in pages.pages[0].text) < _FEWEST_HAN):
        raise Unreadable(f"这是邮件，报告应在附件里（{_named(attached)}）。请把附件存下来，直接上传附件。")
    if pages is None:
        raise Unreadable(_NO_TEXT)
    told = [f"邮件的附件没有收入（{_named(attached)}）。需要收入的，请存下来另行上传。"] if attached else []
    return replace(pages, notices=(*pages.notices, *told))


def _first_article(message: Message) -> Pages | None:
    for kind, reader in (("text/html", read_html), ("text/plain", read_txt)):
        for part in message.walk():
            content = part.get_payload(decode=True) if part.get_content_type() == kind else None
            if isinstance(content, bytes) and content.strip():
                try:
                    return reader(content)
                except Unreadable:
                    continue  # a frame of the page, an advertisement
    return None


def _attached(message: Message) -> Iterator[str]:
    """The names of the files that a letter brings; the pictures of a page have none."""
    for part in message.walk():
        name = part.get_filename()
        if name and (part.get_content_disposition() == "attachment" or part.get_content_maintype() == "application"):
            yield "".join(filter(str.isprintable, name))


def _named(names: list[str]) -> str:
    return "、".join(name[:60] for name in names[:_MOST_NAMED]) + (" 等" if len(names) > _MOST_NAMED else "")

"""Web pages saved into one file, and letters."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from reports.ingestion.read import read
from reports.ingestion.shapes import Unreadable, Upload

REPORT = "2023年以来，在区委正确领导下，东营区法院认真履行职责，审结各类案件一千二百件。"
LETTER = "各位领导：现将我院年度报告报送，请审阅。"


def letter(text: str, html: str = "", attached: tuple[str, ...] = ()) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "报送报告"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    for name in attached:
        message.add_attachment(b"PK", maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def lines_of(data: bytes) -> list[str]:
    return read(Upload("邮件.eml", data)).pages[0].text.split("\n")


def test_a_letter_is_read_as_a_page_before_as_plain_text():
    assert lines_of(letter(REPORT)) == [REPORT]
    assert lines_of(letter("请用网页方式查看。", f"<p>{REPORT}</p>")) == [REPORT]


def test_a_letter_with_the_long_head_of_its_way_is_known():
    way = b"".join(b"Received: from a.example.org by b.example.org; %d\r\n" % hop for hop in range(80))

    assert lines_of(way + letter(REPORT)) == [REPORT]


def test_a_letter_that_only_brings_the_report_names_what_is_to_be_uploaded():
    with pytest.raises(
        Unreadable, match=r"^这是邮件，报告应在附件里（年度报告\.docx）。请把附件存下来，直接上传附件。$"
    ):
        read(Upload("邮件.eml", letter(LETTER, attached=("年度报告.docx",))))


def test_what_is_attached_to_a_report_is_told_as_not_read():
    pages = read(Upload("邮件.eml", letter(REPORT * 10, attached=("数据.xlsx",))))

    assert pages.notices == ("邮件的附件没有收入（数据.xlsx）。需要收入的，请存下来另行上传。",)


def test_a_letter_without_a_word_says_what_to_do():
    with pytest.raises(Unreadable, match=r"^网页或邮件里没有正文.*后再上传。$"):
        read(Upload("邮件.eml", letter(" ")))

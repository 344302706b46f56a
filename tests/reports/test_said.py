"""A table's rows are matched to files and courts by name, or a sentence says why not; nothing is guessed."""

import pytest

from reports.ingestion.said import match
from reports.ingestion.shapes import Sheet, SheetRow
from reports.models import Court, CourtName

pytestmark = pytest.mark.django_db


def said(names, *rows):
    matched = match(Sheet(rows), names)
    return matched.said, matched.problems


def court(name: str) -> str:
    return str(Court.objects.get(name=name).pk)


def test_a_row_is_about_the_file_of_its_name_with_or_without_folder_and_ending():
    names = ["甲.docx", "2023/乙.pdf", "丙.v2.txt", "年报/2023/丁.pdf", "年报/2024/丁.pdf"]

    found, problems = said(
        names,
        SheetRow(2, "2023／乙.PDF", year="2021"),
        SheetRow(3, "甲", year="2022"),
        SheetRow(4, "丙.v2", year="2023"),
        SheetRow(5, "2024\\丁.pdf", year="2024"),
    )

    assert found == {0: {"year": "2022"}, 1: {"year": "2021"}, 2: {"year": "2023"}, 4: {"year": "2024"}}
    assert problems == []


def test_a_name_in_full_is_not_mistaken_for_another_without_its_ending():
    found, problems = said(["报告", "报告.docx"], SheetRow(2, "报告", year="2022"))

    assert (found, problems) == ({0: {"year": "2022"}}, [])


def test_what_fits_two_files_none_or_contradicts_itself_is_not_taken():
    found, problems = said(
        ["甲.docx", "甲.pdf", "乙.pdf", "丙.pdf"],
        SheetRow(2, "甲", year="2022"),
        SheetRow(3, "戊.pdf", year="2022"),
        SheetRow(4, "乙.pdf", year="2022"),
        SheetRow(5, "乙", year="2023"),
        SheetRow(6, "丙", year="2023"),
        SheetRow(7, "丙.pdf", year="2023"),
    )

    assert found == {3: {"year": "2023"}}
    assert problems == [
        "第2行：“甲”对得上 2 个文件（甲.docx、甲.pdf），这一行没有采用。请写完整的文件名，带扩展名。",
        "第3行：这一批里没有“戊.pdf”，这一行没有采用。请核对文件名。",
        "第4、5行说的都是“乙.pdf”而不一致，都没有采用。请只留一行。",
    ]


def test_a_court_is_known_by_its_present_a_short_and_a_former_name():
    names = ["1.txt", "2.txt", "3.txt"]
    former = CourtName.objects.filter(kind=CourtName.Kind.FORMER, name="广安县人民法院").get()

    found, problems = said(
        names,
        SheetRow(2, "1", "乾安县 人民法院"),
        SheetRow(3, "2", "松原中院"),
        SheetRow(4, "3", "广安县人民法院"),
    )

    assert problems == []
    assert [found[place]["court"] for place in range(3)] == [
        court("乾安县人民法院"),
        court("松原市中级人民法院"),
        str(former.court_id),
    ]


def test_a_court_that_is_not_known_or_not_the_only_one_is_named_and_the_rest_of_the_row_is_taken():
    found, problems = said(
        ["1.txt", "2.txt"],
        SheetRow(2, "1", "朝阳区法院", "2023年度"),
        SheetRow(3, "2", "月球人民法院", "２０１７－２０２１"),
    )

    assert found == {0: {"year": "2023"}, 1: {"year": "2017-2021"}}
    assert problems == [
        "第2行：有 2 个法院叫“朝阳区法院”（北京市朝阳区人民法院、长春市朝阳区人民法院），法院没有采用。请填全称。",
        "第3行：名录里没有“月球人民法院”，法院没有采用。请填全称，或在审核时增加。",
    ]


def test_a_year_a_type_or_a_title_that_cannot_be_is_named():
    found, problems = said(["1.txt"], SheetRow(2, "1", year="去年", type="年报", title="长" * 301))

    assert found == {}
    assert problems == [
        "第2行：年度“去年”不能识别，没有采用。请填四位年份，如 2023；跨年的填 2017-2021。",
        "第2行：没有“年报”这种类型，没有采用。请填：年度报告、工作总结、工作报告、新闻报道、白皮书、其他。",
        "第2行：标题超过 300 字，没有采用。请缩短。",
    ]

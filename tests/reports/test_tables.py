"""A table that comes with the files describes them, whichever of them is read first."""

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.core.management import call_command

from reports import publishing
from reports.models import Batch, Court, Field, Report, SourceState
from reports.tasks import hand_over
from tests.ingestion.test_metadata import workbook_of
from tests.ingestion.test_read_archive import zip_of

pytestmark = pytest.mark.django_db

QIANAN = "乾安县人民法院\n2021年度法治政府建设工作报告\n2021年，乾安县人民法院认真贯彻落实上级决策部署。\n".encode()
TABLE = "文件名,法院,年度,类型\n报告,长岭县人民法院,2019,白皮书\n没有的.pdf,,2020,\n".encode()


@pytest.fixture
def editor() -> User:
    return User.objects.create_user("editor")


def handed_over(by: User, **files: bytes) -> Batch:
    batch = Batch.objects.create(uploaded_by=by)
    for position, (name, data) in enumerate(files.items(), start=1):
        hand_over(batch, position, ContentFile(data), name)
    return batch


def read_all() -> None:
    call_command("read_uploads")


def shown(batch: Batch) -> tuple[str, int, str]:
    report = Report.objects.get(source__handed_over__batch=batch, is_current=True)
    return str(report.court), report.year_id, report.type


def notices(batch: Batch) -> list[str]:
    return batch.files.get(source__state=SourceState.TABLE).notices


@pytest.mark.parametrize("first", ["报告.txt", "说明.csv"])
def test_a_table_outweighs_the_text_whichever_is_read_first(editor, first):
    files = {"报告.txt": QIANAN, "说明.csv": TABLE}
    batch = handed_over(editor, **{first: files.pop(first)}, **files)

    read_all()

    assert shown(batch) == ("长岭县人民法院", 2019, "白皮书")
    assert notices(batch) == [
        "说明了这一批里的 1 个文件。",
        "第3行：这一批里没有“没有的.pdf”，这一行没有采用。请核对文件名。",
    ]


def test_a_table_describes_the_files_of_a_zip_beside_it_and_of_its_own(editor):
    beside = handed_over(editor, **{"说明.csv": TABLE, "报告.zip": zip_of(("甲/报告.txt", QIANAN))})
    inside = handed_over(editor, **{"全部.zip": zip_of(("报告.txt", QIANAN + b"\n"), ("说明.csv", TABLE + b"\n"))})

    read_all()

    assert shown(beside) == ("长岭县人民法院", 2019, "白皮书")
    assert shown(inside) == ("长岭县人民法院", 2019, "白皮书")


def test_a_table_that_the_archive_has_already_describes_the_new_batch_and_no_older_one(editor):
    old = handed_over(editor, **{"报告.txt": QIANAN, "说明.csv": TABLE})
    read_all()
    old.files.update(said={})
    new = handed_over(editor, **{"报告.txt": QIANAN + b"\n", "说明.csv": TABLE})

    read_all()

    assert shown(new) == ("长岭县人民法院", 2019, "白皮书")
    assert notices(new)[0] == "说明了这一批里的 1 个文件。"
    assert [file.said for file in old.files.all()] == [{}, {}]


def test_a_table_changes_no_report_that_is_public(editor):
    batch = handed_over(editor, **{"报告.txt": QIANAN})
    read_all()
    report = Report.objects.get(source__handed_over__batch=batch)
    publishing.publish(report, editor, confirmed=True)
    again = handed_over(editor, **{"报告.txt": QIANAN, "说明.csv": TABLE})

    read_all()

    report.refresh_from_db()
    assert str(report.court) == "乾安县人民法院"
    assert any(notice.startswith(f"“报告.txt”的《{report}》已经公开，没有改动。") for notice in notices(again))


def test_a_later_table_takes_the_place_of_an_earlier_one_but_not_of_a_persons_word(editor):
    batch = handed_over(editor, **{"报告.txt": QIANAN, "说明.csv": TABLE})
    read_all()
    report = Report.objects.get(source__handed_over__batch=batch)
    publishing.correct(report, Field.COURT, str(Court.objects.get(name="松原市中级人民法院").pk), editor)
    later = "文件名,法院,年度\n报告.txt,前郭尔罗斯蒙古族自治县人民法院,2018\n".encode()
    hand_over(batch, 3, ContentFile(later), "更正.csv")

    read_all()

    assert shown(batch) == ("松原市中级人民法院", 2018, "白皮书")


def test_a_workbook_that_names_no_files_is_told_to_be_none_and_a_list_is_read_as_text(editor):
    batch = handed_over(
        editor,
        **{"名单.xlsx": workbook_of([["法院", "年度"]]), "名单.csv": "法院,年度\n乾安县人民法院,2021\n".encode()},
    )

    read_all()

    workbook, listed = batch.files.select_related("source")
    assert workbook.source.state == SourceState.FAILED
    assert workbook.source.reason.startswith("这是 Excel 表格")
    assert listed.source.state == SourceState.READ

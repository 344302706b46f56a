"""ingest: files, folders and ZIPs in; a table out; safe to run again."""

import io
import json
import zipfile

import pytest
from django.core.management import CommandError, call_command

from reports.management.commands import ingest as command
from reports.models import Report, SourceFile, SourceState

pytestmark = pytest.mark.django_db


def report_of(court: str, year: int) -> bytes:
    return (
        f"{court}{year}年度法治政府建设报告\n{year}年，{court}认真贯彻落实上级决策部署。\n"
        "一、推进府院联动\n本院与县政府召开府院联席会议4次。\n"
    ).encode()


def ingest(*arguments, **options) -> tuple[str, str]:
    """What the command printed as its answer, and as its progress."""
    out, err = io.StringIO(), io.StringIO()
    call_command("ingest", *map(str, arguments), stdout=out, stderr=err, no_color=True, **options)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "乾安.txt").write_bytes(report_of("乾安县人民法院", 2021))
    with zipfile.ZipFile(tmp_path / "长岭.zip", "w") as archive:
        archive.writestr("长岭.txt", report_of("长岭县人民法院", 2020))
    return tmp_path


def test_a_folder_with_a_zip_becomes_drafts_and_a_table(folder):
    out, err = ingest(folder)

    assert out.splitlines() == [
        "文件      结果    法院            年度  类型      标题或原因",
        "乾安.txt  已识别  乾安县人民法院  2021  年度报告  乾安县人民法院2021年度法治政府建设报告",
        "长岭.txt  已识别  长岭县人民法院  2020  年度报告  长岭县人民法院2020年度法治政府建设报告",
    ]
    assert err.splitlines() == ["1/2 乾安.txt 已识别", "2/2 长岭.txt 已识别"]
    assert set(Report.objects.waiting_for_review().values_list("court__name", "year")) == {
        ("乾安县人民法院", 2021),
        ("长岭县人民法院", 2020),
    }


def test_what_the_archive_seems_to_have_is_not_published_unseen(folder):
    ingest(folder, publish=True)
    again = folder / "again"
    again.mkdir()
    (again / "乾安.txt").write_bytes(report_of("乾安县人民法院", 2021).replace(b"\n", b"\r\n"))
    (again / "扶余.txt").write_bytes(report_of("扶余市人民法院", 2019))

    out, _ = ingest(again, publish=True, json=folder / "answer.json")

    assert out.splitlines()[-1] == "1 篇与库中的报告疑似重复，没有公开。请到“审核”里比对，决定留哪一篇。"
    first = Report.objects.published().get(court__name="乾安县人民法院", year=2021)
    answer = json.loads((folder / "answer.json").read_text(encoding="utf-8"))
    assert [(row["status"], row["suspected"]) for file in answer for row in file["reports"]] == [
        ("draft", [first.pk]),
        ("published", []),
    ]


def test_a_table_in_the_folder_says_what_the_files_are_and_is_no_report(folder):
    (folder / "说明.csv").write_text("文件名,年度\n乾安,2018\n长岭.zip/长岭.txt,2017\n扶余,2016\n", encoding="utf-8")

    out, _ = ingest(folder, court="松原市中级人民法院")

    assert out.splitlines()[:2] == [
        "说明.csv：说明了 2 个文件。",
        "第4行：这一批里没有“扶余”，这一行没有采用。请核对文件名。",
    ]
    drafts = Report.objects.waiting_for_review().values_list("source__name", "court__name", "year")
    assert set(drafts) == {
        ("乾安.txt", "松原市中级人民法院", 2018),
        ("长岭.txt", "松原市中级人民法院", 2017),
    }
    assert not SourceFile.objects.filter(name="说明.csv").exists()


def test_a_second_run_adds_nothing(folder):
    ingest(folder)
    before = set(Report.objects.values_list("id", "status"))

    out, _ = ingest(folder, publish=True, jobs=2)

    assert [line.split()[1] for line in out.splitlines()[1:]] == ["已在库中", "已在库中"]
    assert set(Report.objects.values_list("id", "status")) == before


def test_what_the_caller_says_of_court_and_year_counts_and_publish_makes_public(folder):
    ingest(folder / "乾安.txt", court="乾安县法院", year=2019, publish=True)

    report = Report.objects.get(source__name="乾安.txt")
    assert (report.court.name, report.year_id, report.is_published, report.reviewed_at) == (
        "乾安县人民法院",
        2019,
        True,
        None,
    )


def test_one_bad_file_stops_no_other_and_makes_the_command_fail(folder):
    (folder / "一空.txt").write_bytes(b"")

    with pytest.raises(CommandError, match="2 个文件未能收入") as failure:
        ingest(folder / "没有", folder, json=folder / "out.json")

    assert failure.value.returncode == 1
    answer = json.loads((folder / "out.json").read_text())
    assert [(one["file"].removeprefix(f"{folder}/"), one["state"]) for one in answer] == [
        ("没有", "failed"),
        ("一空.txt", "failed"),
        ("乾安.txt", "read"),
        ("长岭.zip/长岭.txt", "read"),
    ]
    report = Report.objects.get(source__name="乾安.txt")
    assert answer[2]["reports"] == [
        {
            "id": report.pk,
            "title": "乾安县人民法院2021年度法治政府建设报告",
            "court": "乾安县人民法院",
            "year": 2021,
            "year_inferred": False,
            "type": "年度报告",
            "status": "draft",
            "suspected": [],
        }
    ]
    assert answer[1]["reason"] == SourceFile.objects.get(name="一空.txt").reason != ""


def test_a_damaged_file_in_a_zip_stops_no_other(folder):
    path = folder / "长岭.zip"
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("broken.txt", "一" * 1000)
    data = bytearray(path.read_bytes())
    start = data.index(b"broken.txt") + len("broken.txt")
    data[start : start + 8] = b"\xff" * 8
    path.write_bytes(data)

    with pytest.raises(CommandError, match="1 个文件未能收入"):
        ingest(folder)

    assert set(Report.objects.waiting_for_review().values_list("source__name", flat=True)) == {"乾安.txt", "长岭.txt"}


def test_an_interrupted_run_is_taken_up_where_it_stopped(folder, monkeypatch):
    read_kept = command.read_kept

    def interrupted(source, vocabulary):
        if source.name == "长岭.txt":
            raise KeyboardInterrupt
        return read_kept(source, vocabulary)

    monkeypatch.setattr(command, "read_kept", interrupted)
    with pytest.raises(SystemExit) as stop:
        ingest(folder)
    assert stop.value.code == 130
    assert SourceFile.objects.get(name="长岭.txt").state == SourceState.WAITING

    monkeypatch.undo()
    out, _ = ingest(folder)

    assert [line.split()[1] for line in out.splitlines()[1:]] == ["已在库中", "已识别"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"court": "没有的法院"}, "名录里没有“没有的法院”"),
        ({"court": "鼓楼区法院"}, "“鼓楼区法院”不止一个，请填全称：.*南京市鼓楼区人民法院"),
        ({"year": 1900}, "年度 1900 不对，请填 1949 到 2100 之间的年份。"),
    ],
)
def test_a_court_or_year_that_makes_no_sense_stops_before_anything_is_saved(folder, options, message):
    before = SourceFile.objects.count()

    with pytest.raises(CommandError, match=message):
        ingest(folder, **options)

    assert SourceFile.objects.count() == before

"""verify_archive: says that all is well only when it is, and otherwise what is not and what to do."""

import pytest


def test_it_counts_what_is_there_and_finds_nothing_wrong(installation):
    said = installation.manage("verify_archive")

    assert "原件 5 份，报告 10 篇（已公开 10 篇），文本 10 份" in said
    assert "等待写入索引的改动 0 处" in said
    assert said.endswith("未发现不符：原件与校验和一致，文本完整，索引收有全部已公开的报告。\n")


def faults(installation) -> list[str]:
    """What it objects to; the command must have failed."""
    done = installation.run("verify_archive")
    assert done.returncode == 1, done.stdout
    *found, summary = done.stderr.splitlines()
    assert summary == f"CommandError: 共有 {len(found)} 处不符。"
    return found


def test_it_names_an_original_whose_bytes_have_changed_and_one_that_is_gone(installation):
    (first, changed), (second, gone), *_ = installation.sql("SELECT id, file FROM reports_sourcefile ORDER BY id")
    original = installation.data_dir / "originals" / changed
    original.chmod(0o640)
    original.write_bytes(original.read_bytes().replace("法".encode(), "发".encode(), 1))
    (installation.data_dir / "originals" / gone).unlink()

    found = faults(installation)

    assert [fault.partition("《")[0] for fault in found] == [f"原件 {first}", f"原件 {second}"]
    assert "的内容已被改动" in found[0]
    assert "打不开" in found[1]


def test_it_names_a_report_without_its_text_and_one_with_places_outside_it(installation):
    installation.sql("UPDATE reports_reporttext SET is_current = 0 WHERE report_id = 1")
    installation.sql(
        'UPDATE reports_section SET "end" = 10000000 WHERE id = '
        "(SELECT max(id) FROM reports_section WHERE text_id = (SELECT id FROM reports_reporttext WHERE report_id = 2))"
    )

    found = faults(installation)

    assert [fault.partition("。")[0] for fault in found] == ["报告 1 没有现行文本", "报告 2 有章节超出了文本的末尾"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE reports_report SET status = 'draft' WHERE id = 3", "索引中有 1 篇未公开的报告（编号 3）"),
        (
            "INSERT INTO reports_report (source_id, article_number, is_current, title, court_as_printed, year_inferred, type, "
            "status, withdrawn_reason, created_at, published_at, notices) "
            "SELECT source_id, 99, 1, title, '', 0, type, status, '', created_at, published_at, '[]' "
            "FROM reports_report WHERE id = 3",
            "索引中缺少 1 篇已公开的报告",
        ),
    ],
)
def test_it_names_reports_on_which_index_and_database_differ_unheard(installation, change, fault):
    installation.sql(change)
    installation.sql("DELETE FROM search_indextask")

    found = [line for line in faults(installation) if "索引" in line]

    assert [line.partition("。")[0][: len(fault)] for line in found] == [fault]


def test_it_names_a_damaged_file_of_the_index_that_is_kept_in_reserve(installation):
    (reserve,) = (installation.data_dir / "index").glob("*/*.grams")
    installation.manage("rebuild_index")
    content = bytearray(reserve.read_bytes())
    content[len(content) // 2] ^= 1
    reserve.write_bytes(content)

    (fault,) = faults(installation)

    assert fault.startswith("索引文件已损坏（")
    assert reserve.name in fault


def test_what_still_waits_in_the_queue_is_no_fault(installation):
    installation.sql("UPDATE reports_report SET status = 'draft' WHERE id = 3")

    said = installation.manage("verify_archive")

    assert "等待写入索引的改动 1 处" in said
    assert "未发现不符" in said


def test_it_says_that_the_index_is_away(installation):
    for file in (installation.data_dir / "index").rglob("*"):
        if file.is_file():
            file.write_bytes(b"")

    said = installation.run("verify_archive").stderr.splitlines()

    assert "请运行 manage.py rebuild_index" in said[-2]
    assert said[-1] == "CommandError: 共有 1 处不符。"

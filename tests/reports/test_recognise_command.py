"""`manage.py recognise --text FILE [--json OUT]`: the pipeline on a file, nothing saved."""

import io
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from reports.models import SourceFile

pytestmark = pytest.mark.django_db

(NEWSPAPER,) = (Path(settings.SEEDS_DIR) / "samples").glob("004_*.txt")


def test_json_holds_six_articles_with_their_courts_and_regions(tmp_path):
    out = tmp_path / "out.json"
    call_command("recognise", text=NEWSPAPER, json=out, stdout=io.StringIO())
    reading = json.loads(out.read_text(encoding="utf-8"))

    assert reading["file"] == NEWSPAPER.name
    assert [(article["court"]["name"], article["region"]) for article in reading["articles"]] == [
        ("松原市中级人民法院", "220700"),
        ("松原市宁江区人民法院", "220702"),
        ("扶余市人民法院", "220781"),
        ("前郭尔罗斯蒙古族自治县人民法院", "220721"),
        ("长岭县人民法院", "220722"),
        ("乾安县人民法院", "220723"),
    ]


def test_without_json_a_person_reads_courts_and_headings():
    out = io.StringIO()
    call_command("recognise", text=NEWSPAPER, stdout=out)

    assert f"{NEWSPAPER.name}：6 篇" in out.getvalue()
    assert "2. 宁江区人民法院（原文无题）" in out.getvalue()
    assert "法院：松原市宁江区人民法院" in out.getvalue()
    assert "服务大局 助力优化法治化营商环境" in out.getvalue()


def test_nothing_is_saved(tmp_path):
    path = tmp_path / "报告.txt"
    path.write_text("甲县人民法院2023年工作总结\n2023年以来，我院认真履行职责。", encoding="utf-8")
    before = SourceFile.objects.count()
    call_command("recognise", text=path, stdout=io.StringIO())

    assert SourceFile.objects.count() == before


@pytest.mark.parametrize(("name", "reason"), [("空.txt", "文件是空的"), ("没有.txt", "打不开")])
def test_a_file_that_cannot_be_read_is_an_error_with_the_reason(tmp_path, name, reason):
    (tmp_path / "空.txt").touch()

    with pytest.raises(CommandError, match=reason):
        call_command("recognise", text=tmp_path / name)

"""try_expressions as the page of a theme runs it: a process of its own, told on its standard input, answering in lines."""

import json
import os
import subprocess
import sys

from .conftest import PROJECT, Installation


def run(installation: Installation, theme: str, expressions: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "try_expressions", theme],
        cwd=PROJECT,
        env=os.environ | {"DATA_DIR": str(installation.data_dir)},
        input=expressions,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_it_tells_what_would_change_and_changes_nothing(installation):
    before = installation.sql("SELECT report_id, theme_id, strength FROM reports_reporttheme ORDER BY 1, 2")

    done = run(installation, "智慧法院", "绝不会出现的说法")

    (line,) = map(json.loads, done.stdout.splitlines())
    lost = {effect["report"] for effect in line["effects"] if effect["after"] == ""}
    shown = installation.sql(
        "SELECT report_id FROM reports_reporttheme JOIN reports_theme t ON t.id = theme_id WHERE t.name = '智慧法院'"
    )
    assert (done.returncode, line["compared"]) == (0, 10)
    assert lost == {report for (report,) in shown}
    assert len(lost) > 1
    assert installation.sql("SELECT report_id, theme_id, strength FROM reports_reporttheme ORDER BY 1, 2") == before


def test_an_expression_without_end_is_ended(installation):
    done = run(installation, "智慧法院", "(.|.)*这四字无")

    assert done.returncode == -14
    assert done.stdout == ""


def test_a_theme_that_is_not_there_is_named(installation):
    done = run(installation, "没有的主题", "甲")

    assert done.returncode == 1
    assert "没有“没有的主题”这个主题。" in done.stderr

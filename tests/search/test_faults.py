"""Killed, damaged, starved, removed: real processes (benchmarks/faults.py, here in small), at the first wrong answer of which
the command fails."""

import json
import os
import subprocess
import sys

import pytest

from tests.archive.conftest import PROJECT, installation, prepared  # noqa: F401  # fixtures


@pytest.fixture
def found(installation, tmp_path):  # noqa: F811
    """What it reports."""
    asked = {"--moments": "10", "--flips": "9", "--saves": "10", "--out": str(tmp_path / "found.json")}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.faults", *(word for pair in asked.items() for word in pair)],
        cwd=PROJECT,
        env=os.environ | {"DATA_DIR": str(installation.data_dir), "LOG_LEVEL": "CRITICAL"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return json.loads((tmp_path / "found.json").read_text())


def test_nothing_is_lost_doubled_or_wrong_whatever_happens_to_the_index(found):
    moments = found["kills"]["moments"]
    assert [moments[kind] for kind in ("time", "operation", "other processes", "notes")] == [2, 4, 2, 2]
    assert moments["left an unfinished generation"] > 0
    assert found["kills"]["answers meanwhile"] > 10

    assert sum(found["flips"]["noticed, refused and healed"].values()) == 9
    assert {"current", ".toc", ".sums", ".grams", ".words"} <= set(found["flips"]["noticed, refused and healed"])

    assert found["full"]["stopped by a limit on files of so many bytes"][:4] == [0, 10, 100, 1000]

    assert found["saves"]["saves"] == 40

"""The tree as it was drawn, and who may import whom."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
TOP = {
    *("archive", "benchmarks", "docs", "reports", "search", "seeds", "static", "templates", "tests"),
    *("manage.py", "requirements.txt", "pyproject.toml", "Makefile", "README.md", "CHANGELOG.md", "DECISIONS.md"),
    *("requirements-ocr.txt", "requirements-postgresql.txt"),  # what an installer may add, beside what everybody needs
}


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    return [PROJECT / name for name in listed.split("\0") if name]


def test_the_top_level_stands_as_drawn():
    names = {path.relative_to(PROJECT).parts[0] for path in tracked()}

    assert {name for name in names if not name.startswith(".")} == TOP


def test_a_clone_stays_small():
    assert sum(path.stat().st_size for path in tracked() if path.is_file()) < 15_000_000


def test_every_import_follows_the_arrows_of_the_layout():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=PROJECT, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout

"""A prepared data folder, made once by the real command, and copies of it to try things on."""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Installation:
    """A data folder, and `manage.py` run in it as an operator would."""

    data_dir: Path

    def run(
        self, *arguments: str, largest_file: int | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """`largest_file`: what a full disk does, in bytes."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT,
            env=os.environ | {"DATA_DIR": str(self.data_dir)} | environment,
            capture_output=True,
            text=True,
            timeout=300,
            preexec_fn=largest_file
            and (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))),
        )

    def manage(self, *arguments: str) -> str:
        """The command's output; it must succeed."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def sql(self, statement: str, *values: object) -> list[tuple]:
        """Straight into the database, as nothing in the program would do it."""
        database = sqlite3.connect(self.data_dir / "archive.sqlite3", timeout=20)
        with database:
            rows = database.execute(statement, values).fetchall()
        database.close()
        return rows


@pytest.fixture(scope="session")
def prepared(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("prepared") / "data"
    Installation(folder).manage("prepare")
    return folder


@pytest.fixture
def installation(prepared, tmp_path) -> Installation:
    """The ten samples, prepared and indexed, in a folder that the test may spoil."""
    shutil.copytree(prepared, tmp_path / "data")
    return Installation(tmp_path / "data")

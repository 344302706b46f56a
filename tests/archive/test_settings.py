"""What an installer may set wrongly is said in words."""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def test_postgresql_without_its_driver_says_what_to_install():
    done = subprocess.run(
        [sys.executable, "-c", "import sys; sys.modules['psycopg'] = None; import archive.settings"],
        cwd=PROJECT,
        env=os.environ | {"DATABASE_URL": "postgresql://nianbao@127.0.0.1/nianbao"},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert "请运行 .venv/bin/pip install -r requirements-postgresql.txt" in done.stderr

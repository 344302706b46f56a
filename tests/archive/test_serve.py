"""serve: prepares, serves, says where; keeps its processes alive; stops them."""

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from .conftest import PROJECT, Installation


def within(seconds: float, happens: Callable[[], bool]) -> bool:
    """Whether it happens within that time."""
    deadline = time.monotonic() + seconds
    while not (happened := happens()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return happened


@contextlib.contextmanager
def serving(installation: Installation, log: Path) -> Iterator[tuple[subprocess.Popen, str]]:
    """The running command and the address that it printed."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    environment = {"DATA_DIR": str(installation.data_dir), "HOST": "127.0.0.1", "PORT": str(port)}
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=PROJECT,
            env=os.environ | environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        assert within(120, lambda: "已经可以使用" in log.read_text() or server.poll() is not None)
        yield server, f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(60)


def children(of: int) -> list[int]:
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    return [int(pid) for pid, parent in map(str.split, listed.splitlines()) if int(parent) == of]


def web(server: subprocess.Popen) -> list[int]:
    """The web server: the one of its processes that has processes of its own."""
    return [child for child in children(server.pid) if children(child)]


def queues(server: subprocess.Popen) -> list[int]:
    """The index queue, and the two processes that read uploads, which are at rest."""
    return [child for child in children(server.pid) if not children(child)]


def test_it_serves_what_it_prepared_and_the_index_follows_the_database(installation, tmp_path):
    with serving(installation, tmp_path / "log") as (_, address):
        said = (tmp_path / "log").read_text()
        assert f"法治年报库已经可以使用：{address}/\n" in said
        assert f"DATA_DIR={installation.data_dir} .venv/bin/python manage.py createsuperuser" in said

        installation.sql("UPDATE reports_report SET status = 'draft' WHERE id = 3")

        assert within(10, lambda: json.load(urlopen(f"{address}/search/?format=json"))["count"] == 9)
        assert json.load(urlopen(f"{address}/healthz"))["queue"] == 0
        for path in ("/healthz", "/static/favicon.svg"):
            assert urlopen(f"{address}{path}").headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_whatever_dies_is_started_again_and_all_end_with_the_command(installation, tmp_path):
    with serving(installation, tmp_path / "log") as (server, _):
        (*old_queues,), (old_web,) = queues(server), web(server)
        assert len(old_queues) == 3
        for old in old_queues:
            os.kill(old, signal.SIGKILL)
        assert within(30, lambda: len(set(queues(server)) - set(old_queues)) == 3)
        os.kill(old_web, signal.SIGTERM)
        assert within(30, lambda: web(server) not in ([], [old_web]))
        running = children(server.pid)
        assert len(running) == 4

        server.send_signal(signal.SIGINT)

        assert server.wait(60) == 0
        assert "已停止。" in (tmp_path / "log").read_text()
        for child in running:
            with pytest.raises(ProcessLookupError):
                os.kill(child, 0)


def test_a_taken_port_is_named_in_a_plain_sentence(installation):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        done = installation.run("serve", PORT=str(port))

    assert done.returncode == 1
    assert done.stderr.startswith(f"CommandError: 不能使用 127.0.0.1:{port}")
    assert "make serve PORT=8001" in done.stderr


def test_it_refuses_an_index_that_does_not_match(installation):
    installation.sql("UPDATE reports_report SET status = 'draft' WHERE id = 3")
    installation.sql("DELETE FROM search_indextask")

    done = installation.run("serve", PORT="0")

    assert done.returncode == 1
    assert "索引中有 10 篇报告，数据库中公开的有 9 篇。" in done.stderr


def test_a_prepared_folder_is_closed_to_others_and_its_secret_stays(installation):
    secret = (installation.data_dir / "secret_key").read_text()

    installation.manage("prepare")

    assert (installation.data_dir / "secret_key").read_text() == secret
    assert len(secret) >= 50
    assert stat.S_IMODE((installation.data_dir / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE(installation.data_dir.stat().st_mode) == 0o700


def test_what_is_written_in_an_open_folder_is_closed_to_others_and_its_name_may_hold_any_sign(tmp_path):
    folder = tmp_path / "资料 #1?50%25"
    folder.mkdir(mode=0o755)

    Installation(folder).manage("prepare")

    assert (folder / "archive.sqlite3").is_file()
    assert {path.name: stat.S_IMODE(path.stat().st_mode) & 0o077 for path in folder.iterdir()} == {
        path.name: 0 for path in folder.iterdir()
    }


def test_an_interrupted_preparation_is_finished_by_the_next(tmp_path):
    installation, log = Installation(tmp_path / "data"), tmp_path / "log"
    with log.open("wb") as output:
        preparing = subprocess.Popen(
            [sys.executable, "-u", "manage.py", "prepare"],
            cwd=PROJECT,
            env=os.environ | {"DATA_DIR": str(installation.data_dir)},
            stdout=output,
        )
    assert within(60, lambda: "样本 3/5" in log.read_text())
    preparing.kill()
    preparing.wait()

    installation.manage("prepare")

    said = installation.manage("verify_archive")
    assert "报告 10 篇（已公开 10 篇）" in said
    assert "未发现不符" in said


def test_a_data_folder_that_cannot_be_made_is_named_in_a_plain_sentence(tmp_path):
    (tmp_path / "file").write_text("")

    done = Installation(tmp_path / "file" / "data").run("prepare")

    assert done.returncode == 1
    assert "无法建立资料文件夹" in done.stderr

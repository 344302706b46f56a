"""What a process that reads strangers' files can no longer do. Each test fences a process of its own."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


def fenced(commands: str) -> subprocess.CompletedProcess[str]:
    """A Python process that has the fence's verbs and runs these commands."""
    begin = f"import sys; sys.path.insert(0, {str(PROJECT)!r}); from reports.ingestion.fence import *\n"
    return subprocess.run([sys.executable, "-c", begin + commands], check=False, capture_output=True, text=True)


def works(commands: str) -> bool:
    return fenced(commands).returncode == 0


has_landlock = pytest.mark.skipif(
    sys.platform != "linux" or not works("import ctypes; assert ctypes.CDLL(None).syscall(444, None, 0, 1) > 0"),
    reason="this system has no Landlock",
)
may_leave_the_network = pytest.mark.skipif(
    sys.platform != "linux"
    or subprocess.run(["unshare", "-rn", "true"], check=False, capture_output=True).returncode != 0,
    reason="this system does not let a process leave the network",
)
may_mount = pytest.mark.skipif(
    sys.platform != "linux"
    or subprocess.run(["unshare", "-rm", "true"], check=False, capture_output=True).returncode != 0,
    reason="this system does not let a process have mounts of its own",
)


@may_leave_the_network
def test_a_process_that_has_left_the_network_reaches_nobody():
    with socket.create_server(("127.0.0.1", 0)) as server:
        reach = f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 5)"

        assert works(reach)
        assert "Network is unreachable" in fenced(f"leave_the_network(); {reach}").stderr


@has_landlock
def test_a_fenced_process_writes_in_its_folder_and_nowhere_else(tmp_path):
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    fence = f"stay_in({str(inside)!r})\n"

    assert works(f"{fence}open({str(inside / 'a')!r}, 'w').write('1')")
    assert (inside / "a").read_text() == "1"
    assert "PermissionError" in fenced(f"{fence}open({str(outside)!r}, 'w')").stderr
    assert "PermissionError" in fenced(f"{fence}import os; os.mkdir({str(outside)!r})").stderr
    assert not outside.exists()


@has_landlock
def test_a_fenced_process_cannot_read_what_lies_in_the_archive(tmp_path):
    folder, secret = tmp_path / "folder", tmp_path / "secret_key"
    folder.mkdir()
    secret.write_text("secret")

    assert "PermissionError" in fenced(f"stay_in({str(folder)!r})\nopen({str(secret)!r})").stderr
    assert "PermissionError" in fenced(f"stay_in({str(folder)!r})\nopen({str(PROJECT / 'README.md')!r})").stderr


@has_landlock
def test_a_place_that_cannot_be_opened_leaves_no_gap_in_the_fence(tmp_path):
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    odd = "import reports.ingestion.fence as fence; fence._PROGRAMS += ('/dev/null/nothing',)\n"

    attempt = fenced(f"{odd}stay_in({str(inside)!r})\nopen({str(outside)!r}, 'w')")

    assert "PermissionError" in attempt.stderr
    assert not outside.exists()


@has_landlock
def test_a_fenced_process_reaches_nobody_by_tcp_where_the_system_sees_to_that(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        reach = f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 5)"
        attempt = fenced(f"stay_in({str(tmp_path)!r})\n{reach}")

    assert "PermissionError" in attempt.stderr or landlock_version() < 4


@may_mount
def test_a_folder_that_stands_as_tmp_does_so_for_its_process_alone(tmp_path):
    take = f"""
import os, sys; sys.path.insert(0, {str(PROJECT)!r})
import reports.ingestion.fence as fence
fence._PROGRAMS = ()  # the project itself may lie in /tmp while it is tested
before = os.stat("/tmp").st_ino
child = os.fork()
if not child:
    os._exit(not (fence.take_as_tmp({str(tmp_path)!r}) and os.stat("/tmp").st_ino != before))
print(os.waitpid(child, 0)[1], os.stat("/tmp").st_ino == before)
"""
    shared = ["unshare", "-rm", "--propagation", "shared", sys.executable, "-c", take]

    assert subprocess.run(shared, check=True, capture_output=True, text=True).stdout == "0 True\n"


@has_landlock
def test_a_fenced_process_cannot_end_others(tmp_path):
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        attempt = fenced(f"stay_in({str(tmp_path)!r})\nimport os; os.kill({other.pid}, 9)")
        other.communicate(b"\n")

    assert ("PermissionError" in attempt.stderr, other.returncode) in ((True, 0), (False, -9))
    assert "PermissionError" in attempt.stderr or landlock_version() < 6


def landlock_version() -> int:
    return int(fenced("import ctypes; print(ctypes.CDLL(None).syscall(444, None, 0, 1))").stdout)

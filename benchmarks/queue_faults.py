"""What becomes of a batch while the site and those that read it are killed. Real processes, real signals, real uploads.

    DATA_DIR=/tmp/faults python manage.py prepare
    DATA_DIR=/tmp/faults python -m benchmarks.queue_faults [--kills 50] [--files 100] [--out faults.json]

A hundred files of several kinds, a ZIP among them, are handed over by the upload form, ten at a time; meanwhile and while
they are read, `kill -9` ends the web server, a process that reads, or all of them, and they are started again at once, as
`manage.py serve` does. A form that was not answered is sent again. In the end every file must have been read, exactly
once, every original must equal its checksum and nothing may be left in the line; anything else is an error.
Processes are forked from one that has loaded everything and opened nothing.
"""

import argparse
import hashlib
import io
import json
import os
import random
import signal
import socket
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Thread
from typing import Any

import django

from benchmarks.faults import alone

HOST = "127.0.0.1"
AT_ONCE = 10  # files in one form
READERS = 2
KINDS = ("web", "reader", "both")
BETWEEN = (0.2, 4.0)  # seconds from one kill to the next
PATIENCE = 900.0  # seconds
SEED = 20261122
BODY = (
    "乾安县人民法院\n2021年度法治政府建设工作报告（第{number}号）\n"
    "2021年，乾安县人民法院认真贯彻落实上级决策部署，第{number}次集中学习。\n"
    "一、推进府院联动\n本院与县政府召开府院联席会议{number}次，发出司法建议{number}份。\n"
    "二、推进诉源治理\n诉前调解案件{number}件，调解成功率为91.5%。\n"
)
random_ = random.Random(SEED)  # noqa: S311  # moments, no secrets


# ---- files
def files(count: int) -> list[tuple[str, bytes]]:
    """Names and bytes, no two alike; each holds one report, the ZIP ten."""
    made = [kind(number) for number, kind in zip(range(1, count), cycle(), strict=False)]
    return [*made, ("十份.zip", zip_of([as_text(number) for number in range(count, count + 10)]))]


def cycle() -> Iterator[Callable[[int], tuple[str, bytes]]]:
    while True:
        yield from (as_text, as_page, as_document, as_text)


def as_text(number: int) -> tuple[str, bytes]:
    encoding = ("utf-8", "gb18030", "utf-16")[number % 3]
    return f"{number:03}.txt", BODY.format(number=number).encode(encoding)


def as_page(number: int) -> tuple[str, bytes]:
    lines = "".join(f"<p>{line}</p>" for line in BODY.format(number=number).splitlines())
    return f"{number:03}.html", f"<!doctype html><meta charset=utf-8><body>{lines}</body>".encode()


def as_document(number: int) -> tuple[str, bytes]:
    lines = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in BODY.format(number=number).splitlines())
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    document = f"<w:document {space}><w:body>{lines}</w:body></w:document>"
    parts = [("[Content_Types].xml", b"<Types/>"), ("word/document.xml", document.encode())]
    return f"{number:03}.docx", zip_of(parts)


def zip_of(members: list[tuple[str, bytes]]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data)
    return file.getvalue()


# ---- processes
def start(work: Callable[[], object]) -> int:
    """A forked process at the head of its own group."""
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setsid()
        work()
    finally:
        os._exit(0)


def kill(pid: int) -> None:
    os.killpg(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


@dataclass
class Running:
    """The processes of a serving archive, by what they do."""

    port: int
    pids: dict[str, int] = field(default_factory=dict)

    def start(self, name: str) -> None:
        self.pids[name] = start(self.serve if name == "web" else read)

    def serve(self) -> None:
        from archive.management.commands.serve import WebServer

        WebServer(HOST, self.port).run()

    def kill(self, names: list[str]) -> None:
        for name in names:
            kill(self.pids[name])
        for name in names:
            self.start(name)

    @property
    def readers(self) -> list[str]:
        return [f"reader {number}" for number in range(READERS)]


def read() -> None:
    from django.core.management import call_command

    call_command("read_uploads", forever=True)


# ---- handing over
@dataclass
class Uploader:
    """Sends every form until it is answered. `answered`, `sent_again`: how many forms."""

    port: int
    session: str
    answered: int = 0
    sent_again: int = 0

    def send_all(self, handed: list[tuple[str, bytes]]) -> None:
        for first in range(0, len(handed), AT_ONCE):
            while not self.sent(handed[first : first + AT_ONCE]):
                self.sent_again += 1
                time.sleep(0.2)
            self.answered += 1

    def sent(self, form: list[tuple[str, bytes]]) -> bool:
        token, boundary = "0" * 32, "boundary"
        body = b"".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="originals"; filename="{name}"\r\n\r\n'.encode()
            + data
            + b"\r\n"
            for name, data in form
        )
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Cookie": f"sessionid={self.session}; csrftoken={token}",
            "X-CSRFToken": token,
        }
        door = HTTPConnection(HOST, self.port, timeout=60)
        try:
            door.request("POST", "/admin/uploads/", body + f"--{boundary}--\r\n".encode(), headers)
            status = door.getresponse().status
        except (OSError, HTTPException):
            return False
        finally:
            door.close()
        if status not in (302, 503):
            raise SystemExit(f"the form was answered {status}")
        return status == 302


def logged_in() -> str:
    """The key of an administrator's session."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore

    user, _ = User.objects.get_or_create(username="queue_faults", defaults={"is_staff": True, "is_superuser": True})
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


# ---- what must hold in the end
def left(handed: list[str]) -> int:
    """How many of the originals are not yet there, or not yet read."""
    from reports.models import SourceFile, SourceState

    unread = (SourceState.WAITING, SourceState.READING)
    return len(handed) - SourceFile.objects.filter(sha256__in=handed).exclude(state__in=unread).count()


def check(handed: list[tuple[str, bytes]]) -> dict[str, Any]:
    """Raises SystemExit with what is wrong."""
    from django_tasks_db.models import DBTaskResult

    from reports.models import BatchFile, Report, SourceFile

    faults: list[str] = []
    states: Counter[str] = Counter()
    tries: Counter[int] = Counter()
    members = [(name, data) for name, data in as_members(handed)]
    for name, data in [*handed, *members]:
        source = SourceFile.objects.get(sha256=hashlib.sha256(data).hexdigest())
        states[source.state] += 1
        wanted = ("unpacked", 0) if name.endswith(".zip") else ("read", 1)
        found = (source.state, Report.objects.filter(source=source).count())
        if found != wanted:
            faults.append(f"{name}: {found} {source.reason}")
        if hashlib.sha256(Path(source.file.path).read_bytes()).hexdigest() != source.sha256:
            faults.append(f"{name}: the original is not what was handed over")
        if not BatchFile.objects.filter(source=source).exists():
            faults.append(f"{name}: in no batch")
        if source.events.filter(verb__in=("识别", "拆开压缩包")).count() != 1:
            faults.append(f"{name}: saved more than once")
    for task in DBTaskResult.objects.all():
        tries[len(task.worker_ids)] += 1
        if task.status != "SUCCESSFUL":
            faults.append(f"task of {task.args_kwargs}: {task.status}")
    if faults:
        raise SystemExit("\n".join(faults))
    return {"states": dict(states), "tasks by how often they were begun": dict(sorted(tries.items()))}


def as_members(handed: list[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    for name, data in handed:
        if name.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                yield from ((member, archive.read(member)) for member in archive.namelist())


# ---- all of it
def faults(kills: int, count: int) -> dict[str, Any]:
    handed = files(count)
    checksums = [hashlib.sha256(data).hexdigest() for _, data in [*handed, *as_members(handed)]]
    if alone(left, checksums) != len(checksums):
        raise SystemExit("some of the files are there already: begin with another DATA_DIR")
    with socket.socket() as free:
        free.bind((HOST, 0))
        running = Running(free.getsockname()[1])
    uploader = Uploader(running.port, alone(logged_in))
    began = time.monotonic()
    try:
        for name in ("web", *running.readers):
            running.start(name)
        sending = Thread(target=uploader.send_all, args=(handed,))
        sending.start()
        killed: Counter[str] = Counter()
        after: Counter[str] = Counter()
        for number in range(kills):
            time.sleep(random_.uniform(*BETWEEN))
            kind = KINDS[number % len(KINDS)]
            one = random_.choice(running.readers)
            after["while files were left" if alone(left, checksums) else "when all was read"] += 1
            running.kill({"web": ["web"], "reader": [one], "both": ["web", *running.readers]}[kind])
            killed[kind] += 1
        sending.join()
        while alone(left, checksums):
            if time.monotonic() - began > PATIENCE:
                raise SystemExit(f"{alone(left, checksums)} files are still not read")
            time.sleep(0.5)
        time.sleep(1)  # the last task is written down after its file
    finally:
        for pid in running.pids.values():
            with suppress(ProcessLookupError):
                kill(pid)
    found = {
        "killed": dict(killed),
        "moments": dict(after),
        "forms": {"answered": uploader.answered, "sent again": uploader.sent_again},
        "seconds": round(time.monotonic() - began),
    }
    return found | alone(check, handed)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--files", type=int, default=100)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    django.setup()
    # What the forks need, loaded once.
    import reports.worker  # noqa: F401

    found = faults(asked.kills, asked.files)
    sys.stderr.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    if asked.out:
        asked.out.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")
    main()

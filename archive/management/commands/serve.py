"""Prepares the archive and serves it: the web server and the queue that keeps the index current, side by side."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from archive import startup

# How long a child may finish what it is doing, in seconds, before it is killed.
GRACE = 20


@dataclass
class Child:
    """One process of the running archive, started again when it dies."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] = field(init=False)
    started: float = field(init=False, default=0.0)
    failures: int = field(init=False, default=0)  # in a row
    due: float | None = field(init=False, default=None)  # when it is to be started again

    def start(self) -> None:
        self.started, self.due = time.monotonic(), None
        # A session of its own: Ctrl-C reaches this command alone, which then stops the children in order.
        self.process = subprocess.Popen(self.command, start_new_session=True)

    def wait_before_next_start(self) -> float:
        """Seconds: none after a good minute, then 1, 2, 4 … 30."""
        self.failures = 0 if time.monotonic() - self.started > 60 else self.failures + 1
        pause = min(30.0, 2.0 ** (self.failures - 1)) if self.failures else 0.0
        self.due = time.monotonic() + pause
        return pause

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Command(BaseCommand):
    help = "准备并运行：网站和索引队列（HOST、PORT、DATA_DIR 取自环境变量）；Ctrl-C 停止"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_a_taken_port(settings.HOST, settings.PORT)
        try:
            call_command("prepare")
        except KeyboardInterrupt:
            raise CommandError("已中断。再运行一次，会接着完成。") from None
        if found := startup.problems():
            raise CommandError("\n".join(found))
        stopping = Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: stopping.set())
        children = [
            Child("索引队列", [sys.executable, "manage.py", "drain_outbox", "--forever"]),
            Child("网站", web_server(settings.HOST, settings.PORT)),
        ]
        os.chdir(settings.BASE_DIR)
        for child in children:
            child.start()
        try:
            self.announce(children[-1], stopping)
            self.watch(children, stopping)
        finally:
            for child in reversed(children):
                child.stop()
        self.stdout.write("已停止。")

    def announce(self, web: Child, stopping: Event) -> None:
        """Say where the archive is as soon as it answers."""
        while not answers(settings.HOST, settings.PORT):
            if web.process.poll() is not None:
                raise CommandError("网站没有启动，原因见上。")
            if stopping.wait(0.1):
                return
        folder = f"DATA_DIR={os.environ['DATA_DIR']} " if os.environ.get("DATA_DIR") else ""
        self.stdout.write(f"\n法治年报库已经可以使用：http://{address(settings.HOST, settings.PORT)}/")
        self.stdout.write(f"建立管理员账号：{folder}.venv/bin/python manage.py createsuperuser")
        self.stdout.write("停止：Ctrl-C\n")
        self.stdout.flush()

    def watch(self, children: list[Child], stopping: Event) -> None:
        """Until someone stops the archive: whatever dies is started again."""
        while not stopping.wait(0.5):
            for child in children:
                status = child.process.poll()
                if status is None:
                    continue
                if child.due is None:
                    pause = child.wait_before_next_start()
                    self.stderr.write(f"{child.name}意外停止（状态 {status}），{pause:.0f} 秒后重新启动。")
                elif time.monotonic() >= child.due:
                    child.start()


def web_server(host: str, port: int) -> list[str]:
    """gunicorn's command line. Two processes, so that one slow question never holds everybody up."""
    return [
        *(sys.executable, "-m", "gunicorn", "archive.wsgi"),
        *("--bind", address(host, port)),
        # Loaded once, before the processes part: what they load they share.
        "--preload",
        *("--workers", "2", "--threads", "8", "--timeout", "60", "--graceful-timeout", str(GRACE // 2)),
        # 10,000 Chinese characters in the search box are 90 kB of address: they get an answer, not a broken page.
        *("--limit-request-line", "0"),
        *("--no-control-socket", "--log-level", "warning"),
    ]


def address(host: str, port: int) -> str:
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def refuse_a_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as door:
        # As gunicorn does: a port whose last connection is still closing is free.
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"不能使用 {address(host, port)}（{error}）：可能已有程序在用这个端口。"
                "请先停止它，或换一个端口：make serve PORT=8001"
            ) from error


def answers(host: str, port: int) -> bool:
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    door = HTTPConnection(reachable, port, timeout=5)
    try:
        door.request("GET", "/healthz")
        door.getresponse()
    except OSError:
        return False
    finally:
        door.close()
    return True

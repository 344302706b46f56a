"""Prepares the archive and serves it: the web server, the queue that keeps the index current, and those that read what
is uploaded, side by side."""

import os
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection
from multiprocessing import get_context
from multiprocessing.context import ForkProcess
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from gunicorn.app.base import BaseApplication

from archive import startup

# Processes that read uploads: while one is at a scan, which takes minutes, the other reads on.
READERS = 2
# How long a child may finish what it is doing, in seconds, before it is killed.
GRACE = 20
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Child:
    """One process of the running archive, started again when it dies.

    A fork: what this command has loaded to prepare the archive, the child need not load again.
    """

    name: str
    work: Callable[[], object]
    process: ForkProcess = field(init=False)
    started: float = field(init=False, default=0.0)
    failures: int = field(init=False, default=0)  # in a row
    due: float | None = field(init=False, default=None)  # when it is to be started again

    def start(self) -> None:
        self.started, self.due = time.monotonic(), None
        # A connection must not be taken along into another process.
        connections.close_all()
        self.process = get_context("fork").Process(target=self.run, name=self.name)
        self.process.start()

    def run(self) -> None:
        # A session of its own: Ctrl-C reaches this command alone, which then stops the children in order.
        os.setsid()
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        try:
            self.work()
        except CommandError as error:
            raise SystemExit(f"{self.name}：{error}") from None

    def wait_before_next_start(self) -> float:
        """Seconds: none after a good minute, then 1, 2, 4 … 30."""
        self.failures = 0 if time.monotonic() - self.started > 60 else self.failures + 1
        pause = min(30.0, 2.0 ** (self.failures - 1)) if self.failures else 0.0
        self.due = time.monotonic() + pause
        return pause

    def stop(self) -> None:
        self.process.terminate()
        self.process.join(GRACE)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()


class Command(BaseCommand):
    help = "准备并运行：网站、索引队列和识别进程（HOST、PORT、DATA_DIR 取自环境变量）；Ctrl-C 停止"
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
        for number in SIGNALS:
            signal.signal(number, lambda *_: stopping.set())
        children = [
            Child("索引队列", lambda: call_command("drain_outbox", forever=True)),
            *(Child(f"识别进程 {number}", read_uploads) for number in range(1, READERS + 1)),
            Child("网站", lambda: WebServer(settings.HOST, settings.PORT).run()),
        ]
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
            if not web.process.is_alive():
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
                if child.process.is_alive():
                    continue
                if child.due is None:
                    pause = child.wait_before_next_start()
                    self.stderr.write(
                        f"{child.name}意外停止（状态 {child.process.exitcode}），{pause:.0f} 秒后重新启动。"
                    )
                elif time.monotonic() >= child.due:
                    child.start()


def read_uploads() -> None:
    call_command("read_uploads", forever=True)


class WebServer(BaseApplication):
    """gunicorn with the archive behind it. Two processes, so that one slow question never holds everybody up."""

    def __init__(self, host: str, port: int):
        self.settings = {
            "bind": address(host, port),
            # Loaded once, before the processes part: what they load they share.
            "preload_app": True,
            "workers": 2,
            "threads": 8,
            "timeout": 60,
            "graceful_timeout": GRACE // 2,
            # 10,000 Chinese characters in the search box are 90 kB of address: they get an answer, not a broken page.
            "limit_request_line": 0,
            "control_socket_disable": True,
            "loglevel": "warning",
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.settings.items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        from archive.wsgi import application  # knocks: what does not match is refused here

        return application


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

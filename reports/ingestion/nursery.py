"""A process that has everything loaded and forks a confined child for every file.

To start Python and load the readers and the recognisers' tables takes longer than reading most files: the nursery does
it once. It is started clean, so that it never holds a secret: own session, empty environment, no Django, no network where
the system allows that. Of its owner it knows the vocabulary and the jobs.

Each process that reads has one, from the first file on; it ends with its owner, or when it has not been needed for a
while, and is started anew when it is needed. All that is written lies in the owner's own folder beneath the one it names,
and goes with the owner; what a killed owner and its killed nursery leave behind, the next one clears away.
"""

import atexit
import fcntl
import gc
import os
import pickle
import resource
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

from .confined import Job, work
from .fence import end_with_the_parent, leave_the_network
from .pipeline import reading_of
from .priority import give_way
from .shapes import Unreadable, Upload, Vocabulary

PROJECT = Path(__file__).resolve().parents[2]
# Seconds without a job after which a nursery ends: its memory is of use elsewhere.
IDLE = 120
# Seconds a nursery has for what takes it no time: to load the vocabulary and fork, to end a child.
PATIENCE = 30
# Seconds between two looks at how far a child has come.
GLANCE = 0.5
_LONGEST_ORDER = 1 << 16
_BEGUN = b"+"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended, and what it cost: `status` is negative for the signal that ended it, `cpu` in seconds,
    `memory` in bytes at its peak, with all that it started."""

    status: int
    cpu: float
    memory: int


class Died(Exception):
    """The nursery is gone; how far the job has come is not known."""


class NotBegun(Exception):
    """No nursery has taken the job, and nothing is known of its file: the machine is too busy, or has no memory left."""


# --- the owner's side -------------------------------------------------------------------------------------------------


class Nursery:
    """One process's nursery. Any number of threads may give it jobs at once."""

    def __init__(self, beneath: Path) -> None:
        self.folder, self._lock = _own_folder(beneath)
        self._giving = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._door = socket.socket()
        self._known = b""

    @property
    def process(self) -> int | None:
        """Its process id, while it has one."""
        return self._process.pid if self._process else None

    def run(self, folder: str, job: Job, vocabulary: Vocabulary | None, watch: Callable[[], None]) -> Ended:
        """How the child ended that did the job in that folder. Leaves no process of it.

        `watch` is called now and then; what it raises ends the child and is raised. Raises TimeoutError where the clock of
        the job's limits ran out, Died where a nursery died of the job twice, and NotBegun where two have not taken it.
        """
        try:
            return self._run(folder, job, vocabulary, watch)
        except (Died, NotBegun):
            return self._run(folder, job, vocabulary, watch)

    def _run(self, folder: str, job: Job, vocabulary: Vocabulary | None, watch: Callable[[], None]) -> Ended:
        line, process = self._begun(folder, job, vocabulary)
        try:
            return _status_on(line, time.monotonic() + job.limits.clock, watch)
        except Died:
            # It may have let go of the line before it is quite dead.
            process.kill()
            process.wait()
            raise
        finally:
            _hung_up(line)

    def _begun(
        self, folder: str, job: Job, vocabulary: Vocabulary | None
    ) -> tuple[socket.socket, subprocess.Popen[bytes]]:
        """The line on which the status will come, and the nursery at its other end. Raises NotBegun."""
        pickled = b"" if vocabulary is None else _pickled(vocabulary)
        checksum = sha256(pickled).digest()
        line, theirs = socket.socketpair()
        with self._giving:
            process = self._process
            if process is None or process.poll() is not None:
                process = self._start()
            # A file without a name: no child can lay a hand on what is unpickled.
            with theirs, tempfile.TemporaryFile(dir=self.folder) as file:
                sent = [theirs.fileno()]
                if pickled and checksum != self._known:
                    file.write(pickled)
                    file.seek(0)
                    sent.append(file.fileno())
                    self._known = checksum
                try:
                    socket.send_fds(self._door, [pickle.dumps((folder, job))], sent)
                    theirs.close()
                    line.settimeout(PATIENCE)
                    if line.recv(1) != _BEGUN:
                        raise NotBegun
                except (OSError, NotBegun) as problem:
                    line.close()
                    self._end()
                    raise NotBegun from problem
        return line, process

    def _start(self) -> subprocess.Popen[bytes]:
        self._end()
        start = "import sys; sys.path.insert(0, sys.argv[1]); from reports.ingestion.nursery import main; main()"
        self._door, theirs = socket.socketpair()
        self._door.settimeout(PATIENCE)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-X", "utf8", "-c", start, str(PROJECT)],
                cwd=self.folder,
                env={},
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        return self._process

    def _end(self) -> None:
        """Close the door, on which the nursery ends its children and itself."""
        self._door.close()
        self._known = b""
        if self._process is not None:
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def close(self) -> None:
        self._end()
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._lock)

    def forget(self) -> None:
        """In a fork of the owner: the nursery is its owner's, and must be able to see that it has gone."""
        self._door.close()
        os.close(self._lock)


def _status_on(line: socket.socket, until: float, watch: Callable[[], None]) -> Ended:
    while (left := until - time.monotonic()) > 0:
        line.settimeout(min(GLANCE, left))
        try:
            told = line.recv(64)
        except TimeoutError:
            watch()
            continue
        if not told:
            raise Died
        status, cpu, memory = told.split()
        return Ended(int(status), float(cpu), int(memory))
    raise TimeoutError


def _hung_up(line: socket.socket) -> None:
    """End the child if it still lives, and wait until it does not."""
    with line, suppress(OSError):
        line.shutdown(socket.SHUT_WR)
        line.settimeout(PATIENCE)
        while line.recv(16):
            pass


@lru_cache(maxsize=1)
def _pickled(vocabulary: Vocabulary) -> bytes:
    return pickle.dumps(vocabulary)


@contextmanager
def _locked(beneath: Path) -> Iterator[None]:
    opened = os.open(beneath, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield
    finally:
        os.close(opened)


def _own_folder(beneath: Path) -> tuple[Path, int]:
    """A fresh folder that is marked as in use, and the mark: an open file that is locked while anybody holds it."""
    beneath.mkdir(parents=True, exist_ok=True)
    with _locked(beneath):
        for folder in beneath.iterdir():
            if (mark := _mark(folder)) is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(mark)
        folder = Path(tempfile.mkdtemp(dir=beneath))
        mark = _mark(folder)
    if mark is None:
        raise OSError(f"{folder} cannot be locked")
    return folder, mark


def _mark(folder: Path) -> int | None:
    """A lock on the folder; None where somebody has it, or has just taken it away."""
    try:
        opened = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(opened)
        return None
    return opened


_nurseries: dict[Path, Nursery] = {}
_making = threading.Lock()


def nursery(beneath: Path) -> Nursery:
    """This process's nursery for files that are read in that folder. Raises OSError."""
    with _making:
        if beneath not in _nurseries:
            _nurseries[beneath] = Nursery(beneath)
        return _nurseries[beneath]


def _forget_all() -> None:
    global _making
    _making = threading.Lock()
    for known in _nurseries.values():
        known.forget()
    _nurseries.clear()


@atexit.register
def _close_all() -> None:
    for known in _nurseries.values():
        known.close()
    _nurseries.clear()


os.register_at_fork(after_in_child=_forget_all)


# --- the nursery's side -----------------------------------------------------------------------------------------------


def words_to_begin_with(vocabulary: Vocabulary) -> str:
    """A report that touches what is made when it is first needed: a figure in each unit, traditional characters."""
    units = sorted({unit for indicator in vocabulary.indicators for unit in indicator.units})
    return (
        "甲县人民法院2023年法治政府建设工作报告\n一、推进诉源治理。\n"
        + "。\n".join(f"受理行政案件1,200{unit}，同比上升3.2%，行政机关负责人出庭应诉率达95%" for unit in units)
        + "。\n依法審理行政案件，監督機關依法履職，強化訴源治理，維護當事人合法權益。"
    )


def main() -> None:
    """The nursery itself: jobs come in by the door, which is standard input, until that is closed."""
    give_way()
    leave_the_network()
    # Nobody is looked after better by a second thread, and no thread survives a fork.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    _Care(socket.socket(fileno=os.dup(0))).take()


class _Care:
    """Begins children, ends those whose line is hung up, and says what became of each."""

    def __init__(self, door: socket.socket) -> None:
        self.door = door
        self.vocabulary = Vocabulary()
        self.lines: dict[int, socket.socket] = {}
        self.news, told = os.pipe()
        os.set_blocking(told, False)
        signal.set_wakeup_fd(told, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.door, selectors.EVENT_READ)
        self.selector.register(self.news, selectors.EVENT_READ)

    def take(self) -> None:
        """Until the owner is gone, or needs nothing for a while."""
        while events := self.selector.select(None if self.lines else IDLE):
            for key, _ in events:
                if key.fileobj is self.door:
                    if not self.take_order():
                        self.end_all()
                        return
                elif key.fileobj == self.news:
                    os.read(self.news, 64)
                else:
                    self.end(key.data)
            self.bury()

    def take_order(self) -> bool:
        """Begin what is asked for; False where nobody asks any more."""
        order, sent, _, _ = socket.recv_fds(self.door, _LONGEST_ORDER, 2)
        if not order:
            return False
        line, *news = sent
        for vocabulary in news:
            with os.fdopen(vocabulary, "rb") as file:
                self.vocabulary = pickle.load(file)  # noqa: S301 - written by our owner, where nobody else can write
            with suppress(Unreadable):
                reading_of(Upload("", words_to_begin_with(self.vocabulary).encode()), self.vocabulary)
            gc.collect()
            # What every child shares: left alone by the collector, it stays shared.
            gc.freeze()
        folder, job = pickle.loads(order)  # noqa: S301 - so was this
        self.begin(folder, job, socket.socket(fileno=line))
        return True

    def begin(self, folder: str, job: Job, line: socket.socket) -> None:
        child = os.fork()
        if not child:
            _live(folder, job, self.vocabulary)
        with suppress(BrokenPipeError):  # the owner has gone meanwhile: the line says so next
            line.send(_BEGUN)
        self.lines[child] = line
        self.selector.register(line, selectors.EVENT_READ, child)

    def end(self, child: int) -> None:
        """With all that it has started; before it leads a group of its own it has started nothing."""
        with suppress(KeyError):  # already told to end, and not yet buried
            self.selector.unregister(self.lines[child])
        for kill in (os.kill, os.killpg):
            with suppress(ProcessLookupError, PermissionError):
                kill(child, signal.SIGKILL)

    def end_all(self) -> None:
        for child in self.lines:
            self.end(child)

    def bury(self) -> None:
        """Say how those that have ended did, once nothing that they started lives."""
        with suppress(ChildProcessError):
            while (ended := os.wait4(-1, os.WNOHANG))[0]:
                child, status, cost = ended
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(child, signal.SIGKILL)
                line = self.lines.pop(child)
                with suppress(KeyError):
                    self.selector.unregister(line)
                with line, suppress(OSError):
                    line.send(told(os.waitstatus_to_exitcode(status), cost))


def told(status: int, cost: resource.struct_rusage) -> bytes:
    """Linux counts memory in kilobytes, macOS in bytes."""
    memory = cost.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return b"%d %.3f %d" % (status, cost.ru_utime + cost.ru_stime, memory)


def _live(folder: str, job: Job, vocabulary: Vocabulary) -> NoReturn:
    """The whole life of a child. Nothing of the nursery's is left open in it."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        end_with_the_parent()
        status = work(folder, job, vocabulary)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)

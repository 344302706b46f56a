"""A fence around a process, where Linux has Landlock: it may write in one folder, and read what programs are made of.

Elsewhere, and on kernels without it, `stay_in` and `leave_the_network` do what the system allows and say nothing.
"""

import ctypes
import os
import signal
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_NEW_USERS, _NEW_NETWORK = 0x10000000, 0x40000000


def leave_the_network() -> None:
    """Go where there is no network, which Linux allows to anybody who also becomes nobody. Elsewhere stay."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).unshare(_NEW_USERS | _NEW_NETWORK)


_NEW_MOUNTS = 0x20000
_BIND, _BELOW, _PRIVATE = 0x1000, 0x4000, 0x40000


def take_as_tmp(folder: str) -> bool:
    """Have `folder` stand as /tmp for this process and its children; False where it cannot.

    LibreOffice lays a socket into /tmp, whatever it is told. Whoever has left the network may do this, unless that would
    hide Python or the project itself.
    """
    if any(Path(place).resolve().is_relative_to("/tmp") for place in _PROGRAMS):  # noqa: S108
        return False
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None)
        return (
            libc.unshare(_NEW_MOUNTS) == 0
            # Whoever could not become nobody and is root would have it stand as everybody's /tmp.
            and libc.mount(None, b"/", None, _BELOW | _PRIVATE, None) == 0
            and libc.mount(os.fsencode(folder), b"/tmp", None, _BIND, None) == 0
        )
    return False


_ON_PARENTS_DEATH = 1


def end_with_the_parent() -> None:
    """Be killed when the process dies that forked this one, where the system sees to that."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_ON_PARENTS_DEATH, signal.SIGKILL, 0, 0, 0)


# The same numbers on every processor since Linux 5.13.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1
_BENEATH = 1
_NO_NEW_PRIVILEGES = 38
# What may be done with files: run, write, read, list, delete and make each kind; since version 2 move, since 3 cut.
_RUN, _WRITE, _READ, _LIST = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_LOOK = _RUN | _READ | _LIST
_DELETE, _MAKE_SOCKET = 1 << 5, 1 << 9
_ALL_OF_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1}
_ALL = (1 << 15) - 1
# Since version 4: neither to listen nor to connect by TCP, where a process may not leave the network.
_TCP = 0b11
# Since version 6: no signals and no abstract sockets across the fence.
_SCOPED = 0b11
# Python and its packages, the system's libraries and fonts, LibreOffice; of the project the code alone, for the archive
# may lie beside it.
_PROGRAMS = (
    *(sys.prefix, sys.base_prefix, str(Path(__file__).resolve().parents[1])),
    *(
        "/usr",
        "/lib",
        "/lib64",
        "/bin",
        "/opt",
        "/snap",
        "/etc",
        "/proc",
        "/sys",
        "/var/lib/libreoffice",
        "/var/spool/libreoffice",
        "/var/cache/fontconfig",
        "/dev",
    ),
)
_WRITTEN_BY_EVERYBODY = ("/dev/null", "/dev/zero", "/dev/full", "/dev/urandom")


def stay_in(folder: str, sockets: str = "") -> None:
    """From now on this process and its children write in `folder` alone, reach nobody by TCP and signal nobody but
    themselves.

    `sockets`: another folder, in which they may lay sockets and delete files.
    """
    if sys.platform != "linux":
        return
    with suppress(OSError, AttributeError):
        _fence(ctypes.CDLL(None, use_errno=True), folder, sockets)


def _fence(libc: ctypes.CDLL, folder: str, sockets: str) -> None:
    version = libc.syscall(_CREATE_RULESET, None, 0, _VERSION)
    if version < 1:
        return
    everything = _ALL_OF_VERSION.get(version, _ALL)
    # Older kernels know the first of the three alone, or the first two.
    known = (everything, _TCP, _SCOPED)[: 3 if version >= 6 else 2 if version >= 4 else 1]
    attributes = struct.pack(f"{len(known)}Q", *known)
    rules = libc.syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    _allow(libc, rules, _PROGRAMS, _LOOK)
    _allow(libc, rules, _WRITTEN_BY_EVERYBODY, _READ | _WRITE)
    _allow(libc, rules, (folder,), everything)
    if sockets:
        _allow(libc, rules, (sockets,), _DELETE | _MAKE_SOCKET)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    libc.syscall(_RESTRICT_SELF, rules, 0)
    os.close(rules)


def _allow(libc: ctypes.CDLL, rules: int, places: Iterable[str], what: int) -> None:
    for place in places:
        # One that is not there, or may not be looked at, is no reason to leave the fence open.
        with suppress(OSError):
            opened = os.open(place, os.O_PATH | os.O_CLOEXEC)
            libc.syscall(_ADD_RULE, rules, _BENEATH, struct.pack("=Qi", what, opened), 0)
            os.close(opened)

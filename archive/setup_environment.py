"""Makes .venv ready: creates it, and installs the pinned requirements whenever they have changed.

`python3 archive/setup_environment.py [requirements.txt | tests/requirements.txt]`, as the Makefile calls it.
Standard library only, and in words that an old Python still understands: it has to be able to say that it is too old.
With a folder wheels/ in the project (`make wheels`) it installs from there alone and never asks the network.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
WHEELS = PROJECT / "wheels"
# Which requirements are installed, by checksum. Written last and taken away first: without it the set-up was interrupted.
STAMP = VENV / "installed.json"
OLDEST = (3, 11)


def main(requirements):
    """Install `requirements` (a file of the project); do nothing when they are there already."""
    if sys.version_info < OLDEST:
        run_with_a_newer_python()
    wanted = checksum(requirements)
    installed = read_stamp()
    # Another Python first: after an upgrade of the system the packages of the old one are no use.
    if installed.get("python") != python_version():
        create_venv()
        installed = {"python": python_version()}
    if installed.get(requirements) == wanted:
        return
    print(
        "安装依赖（%s，首次约需一分钟）……" % ("来自 wheels/，不用网络" if WHEELS.is_dir() else "来自软件源"), flush=True
    )
    STAMP.unlink(missing_ok=True)
    install(requirements)
    installed[requirements] = wanted
    written = STAMP.with_suffix(".new")
    written.write_text(json.dumps(installed), encoding="utf-8")
    written.replace(STAMP)


def run_with_a_newer_python():
    """Start again with the newest Python on the machine; macOS still calls an old one python3."""
    for minor in range(19, OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, *sys.argv])
    sys.exit(
        f"需要 Python {OLDEST[0]}.{OLDEST[1]} 或更新的版本，这里只有 {python_version()}。\n"
        "Debian、Ubuntu：sudo apt install python3 python3-venv；macOS：brew install python。"
    )


def python_version():
    return ".".join(map(str, sys.version_info[:3]))


def checksum(requirements):
    """What the installation depends on: the pinned versions, and which wheels lie there."""
    digest = hashlib.sha256()
    for name in ("requirements.txt", requirements):
        digest.update((PROJECT / name).read_bytes())
    for wheel in sorted(WHEELS.glob("*.whl")):
        digest.update(wheel.name.encode())
    return digest.hexdigest()


def read_stamp():
    if not PYTHON.exists():  # never made, or the Python that it points to is gone
        return {}
    try:
        return json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def create_venv():
    if find_spec("ensurepip") is None:
        sys.exit("这里的 Python 没有 venv。Debian、Ubuntu：sudo apt install python3-venv，然后重新运行。")
    print("建立 Python 环境 .venv ……", flush=True)
    if subprocess.call([sys.executable, "-m", "venv", "--clear", str(VENV)]) != 0:
        sys.exit(f"无法建立 {VENV}：请检查磁盘空间和这个文件夹的写入权限。")


def install(requirements):
    offline = ["--no-index", "--find-links", str(WHEELS)] if WHEELS.is_dir() else []
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *offline]
    if subprocess.call([*pip, "-r", str(PROJECT / requirements)]) == 0:
        return
    if offline:
        sys.exit(
            "wheels/ 里缺少上面所说的软件包，或者它们是为另一种系统或另一版本的 Python 准备的。\n"
            f"请在同样系统、同样 Python（{python_version()}）的联网机器上重新运行 make wheels，把 wheels/ 整个拷来。"
        )
    sys.exit("依赖没有装好，原因见上。没有网络时，请在联网的同类机器上运行 make wheels，把 wheels/ 拷到这里。")


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "requirements.txt")
    except KeyboardInterrupt:
        sys.exit("\n已中断。再运行一次，会接着完成。")

"""The processes that recognise: they end with the one that asked, however that ends."""

import os
import subprocess
import sys
import time
from pathlib import Path

ASKING = """
import multiprocessing, time
from reports.ingestion.cores import drafts
from reports.ingestion.shapes import Article, Line, Vocabulary

if __name__ == "__main__":
    text = "甲县人民法院2023年工作总结"
    article = Article(1, text, text, (Line("title", 0, len(text)),), (), ((0, 1),))
    for group in drafts(([article] for _ in range(1000)), Vocabulary(), 2):
        print(*(child.pid for child in multiprocessing.active_children()), flush=True)
        time.sleep(60)
"""


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_the_processes_of_one_that_was_killed_end_too(tmp_path):
    script = tmp_path / "asking.py"
    script.write_text(ASKING, encoding="utf-8")
    asking = subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(Path.cwd())}
    )
    children = [int(pid) for pid in asking.stdout.readline().split()]
    assert len(children) == 2
    assert all(is_running(child) for child in children)

    asking.kill()
    asking.wait()

    deadline = time.monotonic() + 30
    while any(map(is_running, children)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_running, children))

"""Gives the test run (each worker its own) a fresh data folder before the settings are read; loaded by `-p` in pyproject."""

import atexit
import os
import shutil
import tempfile

DATA_DIR = tempfile.mkdtemp(prefix="archive-tests-")
os.environ["DATA_DIR"] = DATA_DIR
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)

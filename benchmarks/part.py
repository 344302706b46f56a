"""One measurement in a process of its own: python -m benchmarks.part NAME OUT.json, with DATA_DIR in the environment."""

import json
import sys
from importlib import import_module
from pathlib import Path

import django


def main() -> None:
    name, out = sys.argv[1:]
    django.setup()
    measured = import_module(f"benchmarks.{name}").measure()
    Path(out).write_text(json.dumps(measured, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()

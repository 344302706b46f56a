"""Runs Haystack's own Whoosh tests against our engine, in a process of its own, and writes how each ended as JSON.

Called with the folder of the index and the file of the results.
"""

import json
import os
import sys
import unittest
from pathlib import Path
from typing import Any

import django

HERE = Path(__file__).parent


class Outcomes(unittest.TextTestResult):
    """Test id -> "" for a test that passed (or failed as its authors say it does), or the reason that it did not."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.reasons: dict[str, str] = {}

    def stopTestRun(self) -> None:
        super().stopTestRun()
        for test, reason in [*self.failures, *self.errors, *self.skipped]:
            self.reasons[test.id()] = reason
        for test in self.unexpectedSuccesses:
            self.reasons[test.id()] = "passes, which its authors do not expect"

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        self.reasons[test.id()] = ""


def main(index_dir: str, results: str) -> None:
    os.environ |= {"DJANGO_SETTINGS_MODULE": "settings", "INDEX_DIR": index_dir}
    sys.path[:0] = [str(HERE), str(HERE.parents[1])]
    django.setup()
    from django.test.runner import DiscoverRunner

    class Runner(DiscoverRunner):
        def get_resultclass(self) -> type[Outcomes]:
            return Outcomes

        def suite_result(self, suite: Any, result: Outcomes, **options: Any) -> int:
            Path(results).write_text(json.dumps(result.reasons), encoding="utf-8")
            return super().suite_result(suite, result, **options)

    Runner(interactive=False, top_level=str(HERE)).run_tests(["test_haystack.whoosh_tests"])


if __name__ == "__main__":
    main(*sys.argv[1:])

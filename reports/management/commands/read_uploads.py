"""read_uploads: read what stands in line, once or for ever."""

import os
import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from reports.tasks import stopping
from reports.worker import Worker

# Readers of the site come first: this process, and every child it starts, takes what they leave.
NICENESS = 19


class Command(BaseCommand):
    help = "识别排队等候的上传文件"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--forever", action="store_true", help="一直运行，有文件就识别；可以同时运行几个")

    def handle(self, *, forever: bool, **options: Any) -> None:
        with Worker() as worker:
            if not forever:
                worker.work_off()
                return
            os.nice(NICENESS)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stopping.set())
            worker.work_for_ever()

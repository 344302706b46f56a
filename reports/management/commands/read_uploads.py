"""read_uploads: read what stands in line, once or for ever."""

import os
import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from reports.ingestion.priority import give_way
from reports.tasks import stopping
from reports.worker import Worker

# Readers of the site come first: beside a site that would take the whole of a processor, a reading takes a sixth of it.
# Nicer, and beside a program that never rests it would come to a standstill.
NICENESS = 7


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
            give_way()
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stopping.set())
            worker.work_for_ever()

"""What other expressions of a theme would change, as lines of JSON: the page of a theme runs this beside the web server.

A process of its own, because an expression may be so badly nested that it never ends: whoever is silent for SILENCE
seconds is ended, and the page says so.
"""

import argparse
import json
import os
import signal
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports import publishing
from reports.ingestion.trial import effects
from reports.models import Theme

SILENCE = 10


class Command(BaseCommand):
    help = "换一组表达式会改变哪些报告的主题（不保存）；表达式从标准输入读，每行输出一个 JSON"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("theme", help="主题的名称")

    def handle(self, *args: Any, **options: Any) -> None:
        theme = Theme.objects.filter(name=options["theme"]).first()
        if theme is None:
            raise CommandError(f"没有“{options['theme']}”这个主题。")
        try:
            expressions = publishing.checked_expressions(sys.stdin.read())
        except publishing.NotAllowed as problem:
            raise CommandError(str(problem)) from None
        os.nice(10)
        signal.alarm(SILENCE)
        for compared, found in effects(theme, expressions):
            self.stdout.write(json.dumps({"compared": compared, "effects": [*map(asdict, found)]}, ensure_ascii=False))
            self.stdout.flush()
            signal.alarm(SILENCE)
        signal.alarm(0)

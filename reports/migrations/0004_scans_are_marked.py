"""Scans are marked where their text is shown: how certain recognition was of a report, and of each page of an original."""

import re

from django.db import migrations, models

NOTICE = re.compile(r"识别自扫描件：第 ([\d、]+)( 等)? 页，平均把握 (\d+)%")


def mark_what_is_known(apps, schema_editor):
    """Until now only a notice of the original said which pages are scans, and how surely they were read on average."""
    sources = apps.get_model("reports", "SourceFile").objects.using(schema_editor.connection.alias)
    for source in sources.exclude(notices=[]).iterator():
        told = next((match for notice in source.notices if (match := NOTICE.match(notice))), None)
        if told is None:
            continue
        listed, sure = {int(number) for number in told[1].split("、")}, int(told[3]) / 100
        for page in source.pages:
            # Of more than twenty the notice names the first.
            if page["number"] in listed or (told[2] and page["number"] > max(listed)):
                page["sure"] = sure
        source.save(update_fields=["pages"])
        scans = {page["number"] for page in source.pages if "sure" in page}
        for report in source.reports.all():
            if scans & {page for _, page in report.texts.get(is_current=True).pages}:
                report.scan_sure = sure
                report.save(update_fields=["scan_sure"])


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_figures")]

    operations = [
        migrations.AddField(
            model_name="report",
            name="scan_sure",
            field=models.FloatField(
                blank=True,
                help_text="文字识别自扫描件的，平均把握；空为不是。",
                null=True,
                verbose_name="识别扫描件的把握",
            ),
        ),
        migrations.AlterField(
            model_name="sourcefile",
            name="pages",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="[{number, text, sure, turned, boxes}]，清理之前的样子。",
                verbose_name="各页文字",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(("scan_sure", None))
                | models.Q(("scan_sure__gte", 0), ("scan_sure__lte", 1)),
                name="report_scan_sure_from_0_to_1",
            ),
        ),
        migrations.RunPython(mark_what_is_known, migrations.RunPython.noop, elidable=True),
    ]

from collections import defaultdict

from django.db import migrations, models

from reports.parts import parts_of
from reports.revision import Row

PORTION = 500  # texts


def tell_parts(apps, schema_editor):
    """Of every text that is there, what save and re-recognition tell of those to come: 35,000 in a minute."""
    alias = schema_editor.connection.alias
    texts = apps.get_model("reports", "ReportText").objects.using(alias).order_by("pk")
    sections = apps.get_model("reports", "Section").objects.using(alias)
    sections = sections.order_by("text_id", "start", "level", "pk")
    last = 0
    while portion := dict(texts.filter(pk__gt=last).values_list("pk", "text")[:PORTION]):
        first, last = min(portion), max(portion)
        rows = defaultdict(list)
        for text, *row in sections.filter(text__gte=first, text__lte=last).values_list(
            "text_id", "pk", "kind", "start", "end", "level", "heading"
        ):
            rows[text].append(row)
        told = []
        for text, known in rows.items():
            parts = parts_of(portion[text], [Row(*row) for _, *row in known])
            told += [(part, row[0]) for part, row in zip(parts, known, strict=True) if part]
        with schema_editor.connection.cursor() as cursor:
            cursor.executemany("UPDATE reports_section SET part = %s WHERE id = %s", told)


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_scans_are_marked")]

    operations = [
        migrations.AddField(
            model_name="section",
            name="part",
            field=models.CharField(
                blank=True,
                choices=[
                    ("举措和成效", "举措和成效"),
                    ("存在的不足和原因", "存在的不足和原因"),
                    ("第一责任人履职", "第一责任人履职"),
                    ("下一年安排", "下一年安排"),
                    ("其他", "其他"),
                ],
                default="",
                max_length=8,
                verbose_name="部分",
            ),
        ),
        migrations.RunPython(tell_parts, migrations.RunPython.noop),
    ]

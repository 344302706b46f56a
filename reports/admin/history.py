"""What is changed in Django's own admin is told by the same history as what the verbs do."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from reports.models import Court
from reports.publishing import record

from .access import account


class Remembered(admin.ModelAdmin):
    """Writes an Event for every row that is added or changed, in the same transaction: what was and what is."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        row = form.instance
        detail: dict[str, Any] = changed_fields(form)
        for rows in formsets:
            detail |= changed_rows(rows)
        if detail:
            record(
                f"{'修改' if change else '增加'}{self.opts.verbose_name}",
                account(request),
                court=row if isinstance(row, Court) else None,
                detail={"名称": str(row)} | detail,
            )


def changed_fields(form: Any) -> dict[str, list[str]]:
    """Label -> what was and what is, in words that differ. Passwords are not fields of a row and stay out."""
    of_row = {field.name for field in form.instance._meta.get_fields()}
    told = {}
    for name in form.changed_data:
        if name in of_row:
            field = form.fields[name]
            was, now = in_words(field, form.initial.get(name)), in_words(field, form.cleaned_data[name])
            if was != now:
                told[str(field.label)] = [was, now]
    return told


def changed_rows(rows: Any) -> dict[str, list[str]]:
    """增加别名 …, 修改别名 …, 删除别名 … -> the rows, where there are any."""
    kind = rows.model._meta.verbose_name
    told = {
        f"增加{kind}": rows.new_objects,
        f"修改{kind}": [row for row, _ in rows.changed_objects],
        f"删除{kind}": rows.deleted_objects,
    }
    return {what: [str(row) for row in which] for what, which in told.items() if which}


def in_words(field: forms.Field, value: Any) -> str:
    """A form field's value, as initial or cleaned, as a person reads it; "" for none."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(field, forms.ModelMultipleChoiceField) or isinstance(value, list):
        return "、".join(map(str, value))
    if isinstance(field, forms.ModelChoiceField):
        return str(field.to_python(value))
    choices = field.choices if isinstance(field, forms.ChoiceField) else ()
    return str(dict(choices).get(value, value))  # type: ignore[arg-type]  # never grouped here

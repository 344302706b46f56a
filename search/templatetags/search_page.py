"""The two parts of the search page that repeat a hundred times: in a template's own loops they were half of its time."""

from collections.abc import Iterable

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from search.facets import Value
from search.results import Passage

register = template.Library()


@register.simple_tag
def facet_row(value: Value, facet: str) -> SafeString:
    """One value of a facet with its box and its count; one that would find nothing cannot be chosen."""
    return format_html(
        '<label class="row{}"><input type="checkbox" name="{}" value="{}"{}>{}<span class="n">{}</span></label>',
        "" if value.count else " zero",
        facet,
        value.value,
        " checked" if value.selected else "" if value.count else " disabled",
        value.label,
        str(value.count),
    )


@register.simple_tag
def facet_rows(values: Iterable[Value], facet: str) -> SafeString:
    return mark_safe("\n".join(facet_row(value, facet) for value in values))  # noqa: S308  (escaped one by one)


@register.simple_tag
def words_of(passage: Passage) -> SafeString:
    """The words of a snippet, what was looked for marked, …… where words were left out."""
    words = "".join(
        f"<mark>{conditional_escape(words)}</mark>" if marked else conditional_escape(words)
        for words, marked in passage.pieces
    )
    before, after = ("……" if cut else "" for cut in (passage.cut_before, passage.cut_after))
    return mark_safe(f"{before}{words}{after}")  # noqa: S308  (escaped piece by piece)

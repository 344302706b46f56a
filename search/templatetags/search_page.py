"""The parts of the search page that repeat a hundred times: in a template's own loops they were most of its time."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import escape  # of plain strings; Django's also asks whether they are safe, lazy or none

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from search.facets import Bar, Branch, Value
from search.results import Passage, Result

register = template.Library()

TAGS = 6  # themes shown under a hit


# ---- facets
@register.simple_tag
def facet_rows(values: Iterable[Value], facet: str) -> SafeString:
    return mark_safe("\n".join(facet_row(value, facet) for value in values))  # noqa: S308  (escaped one by one)


@register.simple_tag
def branch_rows(branches: Iterable[Branch]) -> SafeString:
    """Regions, each with those below it under a fold."""
    return mark_safe("".join(map(branch_row, branches)) + "\n")  # noqa: S308  (escaped one by one)


def branch_row(branch: Branch) -> str:
    row = facet_row(branch.value, "region")
    if not branch.below:
        return f"<li>{row}</li>"
    summary = f'<summary aria-label="{escape(branch.value.label)}的下级"></summary>'
    below = branch_rows(branch.below)
    return f"<li>{row}<details{' open' if branch.open else ''}>{summary}<ul>{below}</ul></details></li>"


def facet_row(value: Value, facet: str) -> str:
    """One value of a facet with its box and its count; one that would find nothing cannot be chosen."""
    state = " checked" if value.selected else "" if value.count else " disabled"
    box = f'<input type="checkbox" name="{facet}" value="{escape(value.value)}"{state}>'
    zero = "" if value.count else " zero"
    return f'<label class="row{zero}">{box}{escape(value.label)}<span class="n">{value.count}</span></label>'


# ---- hits
@register.simple_tag
def head_of(result: Result) -> SafeString:
    """The report's name, what is known of it, and the words it lacks."""
    link = f'<a href="{escape(result.report.address)}">{escape(result.report.name)}</a>'
    known = (f"<span>{escape(words)}</span>" for words in result.report.known)
    lacks = (f'<span class="lack">缺“{escape(word)}”</span>' for word in result.hit.lacks)
    said = "".join((*known, *lacks))
    return mark_safe(f'<h3>{link}</h3>\n<p class="meta">{said}</p>\n')  # noqa: S308  (escaped one by one)


@register.simple_tag
def passages_of(result: Result) -> SafeString:
    return mark_safe("".join(map(passage, result.passages)))  # noqa: S308  (escaped one by one)


def passage(one: Passage) -> str:
    """A snippet with the link to its place."""
    place = f'<p class="at"><a href="{escape(one.url)}">{escape(one.label)}</a></p>'
    return f'<div class="snip">{place}<p>{"".join(words_of(one))}</p></div>\n'


def words_of(passage: Passage) -> Iterator[str]:
    """The words of a snippet, what was looked for marked, …… where words were left out."""
    if passage.cut_before:
        yield "……"
    for words, marked in passage.pieces:
        yield f"<mark>{escape(words)}</mark>" if marked else escape(words)
    if passage.cut_after:
        yield "……"


@register.simple_tag
def tags_of(result: Result) -> SafeString:
    """The report's first themes, where it has any."""
    tags = "".join(theme_link(theme) for theme in result.themes[:TAGS])
    return mark_safe(f'<p class="tags">{tags}</p>' if tags else "")  # noqa: S308  (escaped one by one)


@lru_cache(maxsize=256)
def theme_link(theme: str) -> str:
    return f'<a href="{escape(reverse("theme_detail", args=[theme]))}">{escape(theme)}</a>'


# ---- years
@register.simple_tag
def bar_rows(bars: Iterable[Bar]) -> SafeString:
    """Years, each with a bar as long as its share of the highest, and its number of reports."""
    return mark_safe("".join(map(bar_row, bars)))  # noqa: S308  (escaped one by one)


def bar_row(bar: Bar) -> str:
    link = f'<a href="?{escape(bar.address)}">{escape(bar.year)}</a>'
    drawn = f'<rect width="{bar.width}" height="10"/>'
    chart = f'<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">{drawn}</svg>'
    return f'<li class="bar">{link}{chart}<span>{bar.count}</span></li>'

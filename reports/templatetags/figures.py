"""Figures as readers expect them."""

from django import template

register = template.Library()


@register.filter
def thousands(figure: int) -> str:
    """16390 as 16,390. (Django's zh-hans format groups by four and without a mark.)"""
    return f"{figure:,}"

"""The figures and checks of a reading as rows: written for a new report, and again when a newer reading is at hand."""

from collections.abc import Iterable, Sequence

from reports.models import Check, Decision, Indicator, IndicatorKind, ReportText

from . import shapes

DATA = "数据"
READ_AGAIN = (
    *("kind_id", "label", "value", "exponent", "unit", "exactness", "change", "reference", "scope"),
    *("start", "end", "sure"),
)


def save_figures(
    text: ReportText, figures: Sequence[shapes.Figure], checks: Iterable[shapes.Check]
) -> dict[str, list[str]]:
    """Put the figures and checks that were read from `text` in the place of its undecided ones.

    Where a person has decided about words, whatever is read from the same words is left out; a check of it is about the
    row with the same amount, standing or rejected, or is left out too. Returns what changed of the data that readers see,
    as `resolve` tells it; nothing where there were no figures before.
    """
    kinds = dict(IndicatorKind.objects.values_list("name", "pk"))
    decided = list(text.indicators.exclude(decision=Decision.OPEN))
    undecided = list(text.indicators.filter(decision=Decision.OPEN))
    open_rows = {row.words: row for row in undecided}
    new, changed, rows = [], [], []
    for figure in figures:
        row = indicator_from(figure, text, kinds)
        said = [other for other in decided if other.at < row.until and row.at < other.until]
        old = open_rows.pop(row.words, None)
        if said:
            rows.append(next((other for other in said if same_amount(other, row)), None))
        elif old is None:
            new.append(row)
            rows.append(row)
        else:
            row.pk = old.pk
            rows.append(row)
            if any(getattr(old, name) != getattr(row, name) for name in READ_AGAIN):
                changed.append(row)
    text.checks.all().delete()
    kept = {row.pk for row in rows if row}
    text.indicators.filter(decision=Decision.OPEN).exclude(pk__in=kept).delete()
    Indicator.objects.bulk_create(new)
    Indicator.objects.bulk_update(changed, READ_AGAIN)
    save_checks(text, rows, checks)
    return data_changed([*decided, *undecided], [*decided, *filter(None, rows)])


def data_changed(before: Iterable[Indicator], after: Iterable[Indicator]) -> dict[str, list[str]]:
    was, now = (
        {(row.kind_id, row.label, row.value, row.unit, row.scope, row.at) for row in rows if row.is_data}
        for rows in (before, after)
    )
    if not was or was == now:
        return {}
    return {DATA: [f"{len(was)} 个", f"{len(now)} 个（{len(now - was)} 个是新读出的）"]}


def same_amount(one: Indicator, other: Indicator) -> bool:
    return (one.value, one.unit) == (other.value, other.unit)


def indicator_from(figure: shapes.Figure, text: ReportText, kinds: dict[str, int]) -> Indicator:
    """An open row. A kind that was deleted or renamed meanwhile is none."""
    return Indicator(
        report_id=text.report_id,
        text=text,
        kind_id=kinds.get(figure.indicator or ""),
        label=figure.label[:120],
        value=figure.value,
        exponent=figure.step.adjusted(),
        unit=figure.unit[:10],
        exactness=figure.exactness[:20],
        change=figure.change[:10],
        reference=figure.reference[:40],
        scope=figure.scope,
        start=min(figure.start, figure.at),
        end=max(figure.end, figure.until),
        at=figure.at,
        until=figure.until,
        sure=figure.sure,
    )


def save_checks(text: ReportText, figures: Sequence[Indicator | None], checks: Iterable[shapes.Check]) -> None:
    """`figures`: for each figure its row, None where there is none."""
    rows, others = [], []
    for check in checks:
        stated, *rest = (figures[number] for number in check.figures)
        if stated is None or None in rest:
            continue
        rows.append(
            Check(
                report_id=text.report_id,
                text=text,
                kind=check.kind,
                verdict=check.verdict,
                indicator=stated,
                stated=check.stated,
                computed=check.computed,
                arithmetic=check.arithmetic,
                start=check.start,
                end=check.end,
            )
        )
        others.append(rest)
    Check.objects.bulk_create(rows)
    link = Check.others.through
    pairs = ((row, other) for row, rest in zip(rows, others, strict=True) for other in dict.fromkeys(rest))
    link.objects.bulk_create(link(check=row, indicator=other) for row, other in pairs)

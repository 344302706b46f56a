"""What was measured, as a table on the terminal, each figure beside the one it must reach."""

from typing import Any


def show(name: str, measured: dict[str, Any]) -> None:
    """The part of this name; parts without a table are not shown."""
    if lines := {
        "indexing": indexing,
        "engines": engines,
        "exactness": exactness,
        "pages": pages,
        "serving": serving,
        "growth": growth,
        "reading": reading,
        "hostile": hostile,
    }.get(name):
        print("\n" + "\n".join(lines(measured[name])) + "\n", flush=True)


def indexing(index: dict[str, Any]) -> list[str]:
    return [
        f"index of {index['reports']:,} reports: built in {index['rebuild_seconds']} s with {index['segmenter']} (≤ 300), "
        f"{index['milliseconds_a_report']} ms a report, largest process {index['largest_process_megabytes']} MB",
        f"{index['index_bytes'] / 1e6:.0f} MB for {index['text_bytes'] / 1e6:.0f} MB of text: "
        f"{index['index_by_text']} × (≤ 1.5)",
    ]


def engines(found: dict[str, Any]) -> list[str]:
    names = list(found["milliseconds"])
    kinds = list(found["milliseconds"][names[0]])
    lines = ["engine: total, page and facets; warm ms p50 / p95 (times as long as ours, all questions of the class)"]
    lines.append(f"{'':<12}" + "".join(f"{name:>28}" for name in names))
    for kind in kinds:
        cells = [cell(found, name, kind) for name in names]
        lines.append(f"{kind:<12}" + "".join(f"{one:>28}" for one in cells))
    lines.append("first touch, ms p50 / p95")
    for kind in kinds:
        firsts = [found["milliseconds"][name][kind] for name in names]
        lines.append(
            f"{kind:<12}" + "".join(f"{f['first_p50']:>18.2f} / {f['first_p95']:.2f}".rjust(28) for f in firsts)
        )
    part = found["part"]
    lines.append(
        f"in the passages of a part, ours alone: warm {part['p50']:.2f} / {part['p95']:.2f} (≤ 10), "
        f"first touch {part['first_p50']:.2f} / {part['first_p95']:.2f}"
    )
    return [*lines, *totals(found)]


def cell(found: dict[str, Any], name: str, kind: str) -> str:
    figures = found["milliseconds"][name][kind]
    slower = found["times_slower"].get(name, {}).get(kind)
    return f"{figures['p50']:.2f} / {figures['p95']:.2f}" + (f" ({slower:,.0f}×)" if slower is not None else "")


def totals(found: dict[str, Any]) -> list[str]:
    told = found["agreement"]
    words = told["word_questions"]
    lines = [
        f"{words} word questions: the same total from all engines in {told['same_total_everywhere']}; as counted by hand: "
        + ", ".join(
            f"{name} totals {number}, facets {told['right_facets'][name]}"
            for name, number in told["right_totals"].items()
        ),
        f"reports that hold the words only as strings, hidden from tokens by the segmentation: {told['hidden_reports']:,}; "
        f"found by tokens only: {told['tokens_only']}",
    ]
    lines += [
        f"    {row['q']}: {row['as_strings']:,} as strings, {row['as_tokens']:,} as tokens, e.g. "
        + "、".join(row["hidden_examples"])
        for row in sorted(found["totals"], key=lambda row: -row["hidden"])[:6]
        if row["hidden"] and row["kind"] in found["agreement"]["word_classes"]
    ]
    shares = ", ".join(f"{name} {share:.1%}" for name, share in told["quoted_share"].items())
    return [
        *lines,
        f"{told['quoted']} quoted strings: ours exact in {told['quoted_right']}; found of all there is: {shares}",
    ]


def exactness(found: dict[str, Any]) -> list[str]:
    strings, facets, parts = found["strings"], found["facets"], found["parts"]
    return [
        f"{strings['asked']} random strings and {strings['absent']} absent ones: precision {strings['precision']:.4%}, "
        f"recall {strings['recall']:.4%}; not exact: {len(strings['not_exact'])}",
        f"{facets['asked']} facet combinations against SQL ({facets['with_words']} with words, {facets['empty']} empty): "
        f"wrong {len(facets['not_exact'])}",
        f"{parts['asked']} strings in the passages of parts, and the counts of all parts: wrong {len(parts['not_exact'])}",
        *(f"    {row}" for row in [*strings["not_exact"], *facets["not_exact"], *parts["not_exact"]][:5]),
    ]


def pages(found: dict[str, Any]) -> list[str]:
    lines = ["whole page through Django, ms (warm p95 ≤ 12; first touch ≤ 40, quoted ≤ 60)"]
    lines.append(f"{'':<12}{'first p50':>12}{'first p95':>12}{'warm p50':>12}{'warm p95':>12}{'kept p95':>12}")
    for kind, row in found.items():
        cells = "".join(f"{row[name]:>12.2f}" for name in ("first_p50", "first_p95", "p50", "p95", "kept_p95"))
        lines.append(f"{kind:<12}{cells}")
    return lines


def serving(found: dict[str, Any]) -> list[str]:
    pages, drawn = found["pages_per_second"], found["drawn_pages_per_second"]
    publishing = found["publish_to_searchable_seconds"]
    return [
        f"{pages['pages_per_second']} pages a second with {len(found['workers'])} workers (≥ 400); "
        f"a page took {pages['p50']:.1f} / {pages['p95']:.1f} ms; "
        f"each drawn anew {drawn['pages_per_second']}, {drawn['p50']:.1f} / {drawn['p95']:.1f} ms",
        *(
            f"worker: private {one['private']} MB (≤ 250), of it written {one['private_dirty']}; PSS {one['pss']}, "
            f"resident {one['resident']}"
            for one in found["workers"]
        ),
        f"published and found: {publishing['p50']:.2f} / {publishing['p95']:.2f} s (≤ 1)",
    ]


def growth(found: dict[str, dict[str, Any]]) -> list[str]:
    sizes = sorted(found, key=int)
    lines = ["our engine by number of reports, warm ms p50 / p95"]
    lines.append(f"{'':<12}" + "".join(f"{int(size):>20,}" for size in sizes))
    for kind in found[sizes[0]]:
        cells = [found[size].get(kind) for size in sizes]
        lines.append(
            f"{kind:<12}" + "".join(f"{c['p50']:.2f} / {c['p95']:.2f}".rjust(20) if c else " " * 20 for c in cells)
        )
    return lines


def reading(found: dict[str, Any]) -> list[str]:
    speed = found["speed"]
    lines = [f"{'file':<52}{'% wrong':>9}{'allowed':>9}{'in any order':>14}  asks for review"]
    for row in found["errors"]:
        review = "yes" if row.get("flagged") else ""
        told = row.get("reason", review)
        lines.append(
            f"{row['file']:<52}{row['wrong']:>9.2f}{row.get('allowed', 0):>9.1f}{row.get('unordered', 100):>14.2f}  {told}"
        )
    lines.append(f"text PDF: {speed['pdf_pages_per_second']:.0f} pages a second and process (≥ 50)")
    lines.append(f"DOCX: {speed['docx_files_per_second']:.1f} files a second, read and recognised in children (≥ 10)")
    if "scan_pages_per_second_and_core" in speed:
        lines.append(f"scans: {speed['scan_pages_per_second_and_core']:.2f} pages a second and core (≥ 0.1)")
    return [*lines, *(f"left out: {reason}" for reason in found["left_out"])]


def hostile(found: dict[str, Any]) -> list[str]:
    lines = [f"{'file':<44}{'s':>7}{'CPU s':>7}{'MB':>6}  within limits, web alive, articles: sentence"]
    for row in found["files"]:
        states = ", ".join("yes" if row[name] else "NO" for name in ("within_limits", "web_alive"))
        lines.append(
            f"{row['file']:<44}{row['seconds']:>7.1f}{row['cpu_seconds']:>7.1f}{row['megabytes']:>6}  "
            f"{states}, {row['articles']}: {row['sentence']}"
        )
    return [*lines, f"left behind after reading: {', '.join(found['left_behind']) or 'nothing'}"]

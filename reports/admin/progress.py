"""How far the reading of a file is, in words."""

from collections.abc import Mapping

from reports.models import SourceFile, SourceState

# States that change by themselves.
UNREAD = (SourceState.WAITING, SourceState.READING)


def progress_in_words(source: SourceFile, places: Mapping[int, int]) -> str:
    """`places` are those in line, as `tasks.places_in_line` gives them."""
    if source.state == SourceState.WAITING and source.pk in places:
        ahead = places[source.pk] - 1
        return f"等候识别，前面还有 {ahead} 个文件" if ahead else "等候识别，下一个就是"
    if source.state == SourceState.READING and source.pages_due:
        return f"正在识别，共 {source.pages_due} 页，已完成 {source.pages_done} 页"
    return source.get_state_display()

"""The forms of the search page: what each carries along in hidden fields, and the one fault a form can have."""

from dataclasses import dataclass

from .query import SearchQuery

FILTERS = ("region", "year", "year_from", "year_to", "theme", "level", "type", "part")

Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SearchForms:
    """Four forms ask the same question anew, each with its own part of it changed; all start again from page 1."""

    query: SearchQuery

    @property
    def carried_by_box(self) -> Fields:
        """New words keep the filters; what they were to be found within is over."""
        return self._without("q", "within", "mode")

    @property
    def carried_by_filters(self) -> Fields:
        return self._without(*FILTERS)

    @property
    def carried_by_within(self) -> Fields:
        return self._without()

    @property
    def carried_by_sort(self) -> Fields:
        return self._without("sort")

    def _without(self, *own: str) -> Fields:
        return [(name, value) for name, value in self.query.pairs() if name not in (*own, "page")]

    @property
    def year_fault(self) -> str:
        """What is wrong with the two years, and what to enter; "" when nothing is."""
        first, last = self.query.year_from, self.query.year_to
        if first is None or last is None or first <= last:
            return ""
        return f"截止年早于起始年{first}。请改为{first}或更晚。"

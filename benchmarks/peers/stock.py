"""Haystack and Whoosh as they come, but for texts that are cut already: without that they find no Chinese word at all."""

from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import Any

from haystack import connections, indexes
from haystack.backends.whoosh_backend import WhooshEngine
from haystack.query import SQ, SearchQuerySet
from haystack.utils.loading import UnifiedIndex

from benchmarks import documents
from benchmarks.documents import Document
from benchmarks.peers import PAGE, Reply, choices_to_count, chosen
from benchmarks.queries import Query
from reports.models import Report

ReportModel = type[Report]


class StockIndex(indexes.SearchIndex, indexes.Indexable):
    """The fields that Haystack's tutorial would have them be."""

    text = indexes.CharField(document=True)
    region = indexes.CharField()
    year = indexes.CharField()
    theme = indexes.MultiValueField()
    level = indexes.CharField()
    type = indexes.CharField()

    def get_model(self) -> ReportModel:
        return Report

    def full_prepare(self, obj: Document) -> dict[str, Any]:
        return {
            "id": f"reports.report.{obj.id}",
            "django_ct": "reports.report",
            "django_id": str(obj.id),
            "text": obj.words,
            "region": obj.region,
            "year": f"{obj.year:04}",  # a single character is a stop word to Whoosh
            "theme": list(obj.themes),
            "level": obj.level,
            "type": obj.type,
        }


class Engine(WhooshEngine):
    def get_unified_index(self) -> UnifiedIndex:
        """Its own index alone: Haystack would hand it the archive's too."""
        if self._index is None:
            self._index = UnifiedIndex()
            self._index.build(indexes=[StockIndex()])
        return self._index


class AllAtOnce:
    """Documents that Haystack may count: all in one commit, which spares it every merge."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = documents

    def __iter__(self) -> Any:
        return iter(self.documents)

    def __len__(self) -> int:
        return 1


class Stock:
    name = "stock Haystack + Whoosh"
    folder = "stock"
    repeats_at_most = 1

    @staticmethod
    def build(folder: Path, documents: Iterable[Document]) -> None:
        connection = connections["stock"]
        connection.get_backend().update(connection.get_unified_index().get_index(Report), AllAtOnce(documents))

    def __init__(self, folder: Path) -> None:
        self.themes = documents.theme_ids()

    def ask(self, query: Query) -> Reply:
        choices = chosen(query, self.themes)
        start = (query.search.page - 1) * PAGE
        found = self.search(query, choices)
        if query.search.sort == "newest":
            found = found.order_by("-year")
        facets: dict[str, dict[str, int]] = {}
        for names, under in choices_to_count(choices):
            counted = found if under == choices else self.search(query, under)
            for name in names:
                counted = counted.facet(name)
            if under == choices:
                found = counted
            else:
                list(counted[:1])
                facets |= told(counted)
        listed = found[start : start + PAGE]
        return Reply(len(found), tuple(int(result.pk) for result in listed), facets | told(found))

    def search(self, query: Query, choices: dict[str, tuple[str, ...]]) -> SearchQuerySet:
        if query.how == "phrase":
            found = SearchQuerySet(using="stock").filter(content__exact=" ".join(query.words))
        else:
            either = SQ()
            for some in combinations(query.words, query.needed):
                both = SQ()
                for word in some:
                    both &= SQ(content=word)
                either |= both
            found = SearchQuerySet(using="stock").filter(either)
        # One clause for all: of two that no report satisfies together Whoosh forgets the first.
        clauses = [f"({' OR '.join(f'{facet}:{value}' for value in values)})" for facet, values in choices.items()]
        return found.narrow(" AND ".join(clauses)) if clauses else found


def told(found: SearchQuerySet) -> dict[str, dict[str, int]]:
    """Haystack tells no facets at all where nothing is found."""
    fields = found.facet_counts().get("fields", {})
    counts = {name: {str(value): number for value, number in fields.get(name, ())} for name in found.query.facets}
    if "year" in counts:
        counts["year"] = {str(int(year)): number for year, number in counts["year"].items()}
    return counts

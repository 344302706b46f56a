"""SQLite's own full-text index, with facets by SQL: what costs nothing to install."""

# ruff: noqa: S608  (SQL made of this file's own words)

import sqlite3
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

from benchmarks import documents
from benchmarks.documents import Document
from benchmarks.peers import PAGE, Reply, choices_to_count, chosen
from benchmarks.queries import Query

SCHEMA = """
CREATE VIRTUAL TABLE words USING fts5(body, content='', tokenize="unicode61 remove_diacritics 0 tokenchars '.'");
CREATE TABLE reports (id INTEGER PRIMARY KEY, region TEXT, year INTEGER, level TEXT, type TEXT);
CREATE TABLE themes (id INTEGER, theme TEXT);
"""


class Fts5:
    name = "SQLite FTS5"
    folder = "fts5"
    repeats_at_most = 5

    @staticmethod
    def build(folder: Path, documents: Iterable[Document]) -> None:
        folder.mkdir()
        with sqlite3.connect(folder / "fts5.sqlite3") as database:
            database.executescript(SCHEMA)
            for document in documents:
                database.execute("INSERT INTO words (rowid, body) VALUES (?, ?)", (document.id, document.words))
                row = (document.id, document.region, document.year, document.level, document.type)
                database.execute("INSERT INTO reports VALUES (?, ?, ?, ?, ?)", row)
                database.executemany("INSERT INTO themes VALUES (?, ?)", [(document.id, t) for t in document.themes])
            database.execute("CREATE INDEX theme_of ON themes (theme, id)")
            database.execute("CREATE INDEX themes_by_report ON themes (id)")
            database.execute("INSERT INTO words (words) VALUES ('optimize')")
            database.execute("ANALYZE")
        database.close()

    def __init__(self, folder: Path) -> None:
        self.database = sqlite3.connect(folder / "fts5.sqlite3")
        for pragma in ("mmap_size = 2000000000", "cache_size = -200000", "temp_store = memory"):
            self.database.execute(f"PRAGMA {pragma}")
        self.database.execute("CREATE TEMP TABLE hits (id INTEGER PRIMARY KEY)")
        self.themes = documents.theme_ids()

    def ask(self, query: Query) -> Reply:
        words, choices = matching(query), chosen(query, self.themes)
        self.database.execute("DELETE FROM hits")
        self.database.execute("INSERT INTO hits SELECT rowid FROM words WHERE words MATCH ?", (words,))
        where, values = condition(choices)
        ((total,),) = self.database.execute(f"SELECT count(*) FROM hits JOIN reports m USING (id) {where}", values)
        page = (PAGE, (query.search.page - 1) * PAGE)
        if query.search.sort == "newest":
            listed = f"SELECT id FROM hits JOIN reports m USING (id) {where} ORDER BY year DESC, id LIMIT ? OFFSET ?"
            ids = self.database.execute(listed, (*values, *page))
        else:
            listed = f"""SELECT m.id FROM words JOIN reports m ON m.id = words.rowid
                         {where or "WHERE true"} AND words MATCH ? ORDER BY rank LIMIT ? OFFSET ?"""
            ids = self.database.execute(listed, (*values, words, *page))
        found = tuple(pk for (pk,) in ids)
        facets: dict[str, dict[str, int]] = {}
        for names, under in choices_to_count(choices):
            where, values = condition(under)
            for name in names:
                joined = "JOIN themes USING (id)" if name == "theme" else ""
                counted = f"SELECT {name}, count(*) FROM hits JOIN reports m USING (id) {joined} {where} GROUP BY 1"
                facets[name] = {str(value): number for value, number in self.database.execute(counted, values)}
        return Reply(total, found, facets)


def matching(query: Query) -> str:
    """The words in FTS5's own language, which knows no "most of them": that is said as all the ways to be so."""
    words = [f'"{word}"' for word in query.words]
    if query.how == "phrase":
        return '"' + " ".join(query.words) + '"'
    return " OR ".join("(" + " AND ".join(some) + ")" for some in combinations(words, query.needed))


def condition(choices: dict[str, tuple[str, ...]]) -> tuple[str, tuple[str, ...]]:
    clauses, values = [], []
    for facet, several in choices.items():
        marks = ", ".join("?" * len(several))
        if facet == "theme":
            clauses.append(f"m.id IN (SELECT id FROM themes WHERE theme IN ({marks}))")
        else:
            clauses.append(f"m.{facet} IN ({marks})")
        values += several
    return ("WHERE " + " AND ".join(clauses) if clauses else ""), tuple(values)

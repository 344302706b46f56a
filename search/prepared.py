"""Questions to the database that Django puts into SQL once: a page of hits asks the same few again and again, and to write
their SQL takes longer than to answer them."""

from collections.abc import Callable, Collection
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import QuerySet

STAND_IN = 2_000_000_000  # and so on: numbers in the place of ids while the SQL is written; no row has them
A_LIST = 1_000_000  # at most in one list


class Statement(NamedTuple):
    """SQL, its parameters, and which of these, by place, are ids: of the lists one after the other, the how manieth."""

    database: str
    sql: str
    parameters: tuple[Any, ...]
    ids: tuple[tuple[int, int], ...]


class Prepared:
    """The rows of a queryset of values, for any ids.

    `ask` makes it out of one list of ids for each of its own parameters. Nothing but their number may change its SQL.
    """

    def __init__(self, ask: Callable[..., QuerySet[Any, tuple[Any, ...]]]):
        self._ask = ask
        self._statement = lru_cache(maxsize=256)(self._write)

    def rows(self, *lists: Collection[int] | Collection[str]) -> list[tuple[Any, ...]]:
        """As the database's driver gives them: from SQLite, 0 and 1 for False and True. None without ids. One query."""
        if not all(lists):
            return []
        filled = list(map(_filled, lists))
        statement = self._statement(*map(len, filled))
        given = list(chain.from_iterable(filled))
        parameters = list(statement.parameters)
        for place, number in statement.ids:
            parameters[place] = given[number]
        with connections[statement.database].cursor() as cursor:
            cursor.execute(statement.sql, parameters)
            return cursor.fetchall()

    def _write(self, *lengths: int) -> Statement:
        lists = [range(first := STAND_IN + A_LIST * place, first + length) for place, length in enumerate(lengths)]
        # As text: a key of characters makes text of it.
        numbers = {str(stand_in): number for number, stand_in in enumerate(chain.from_iterable(lists))}
        queryset = self._ask(*map(list, lists))
        sql, parameters = queryset.query.get_compiler(queryset.db).as_sql()
        ids = ((place, numbers[str(value)]) for place, value in enumerate(parameters) if str(value) in numbers)
        return Statement(queryset.db, sql, tuple(parameters), tuple(ids))


def _filled(ids: Collection[Any]) -> list[Any]:
    """The ids, the last repeated until there is a power of two of them: statements for a dozen lengths, not for thousands."""
    listed = list(ids)
    return listed + listed[-1:] * ((1 << (len(listed) - 1).bit_length()) - len(listed))

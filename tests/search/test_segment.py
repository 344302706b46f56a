"""What is kept beside a segment, whatever the SearchIndex says of a document."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from whoosh import fields

from search.backends.whoosh import writer
from search.backends.whoosh.evaluator import Evaluator
from search.backends.whoosh.phrases import Text
from search.backends.whoosh.segment import NUMBERLESS, Code, Codes
from search.backends.whoosh.store import Damaged, Store, open_index
from search.backends.whoosh.tallies import counted

SCHEMA = fields.Schema(
    id=fields.ID(stored=True, unique=True),
    django_ct=fields.ID(stored=True),
    django_id=fields.ID(stored=True),
    text=Text(),
    year=Code(),
    theme=Codes(),
    price=fields.ID(stored=True),
    day=fields.DATETIME(stored=True),
    moment=fields.DATETIME(stored=True),
    open=fields.BOOLEAN(stored=True),
    number=fields.NUMERIC(int, stored=True),
)
IDS = {"id": "a.b.1", "django_ct": "a.b", "django_id": "1"}


@pytest.fixture
def evaluator(tmp_path):
    """Makes an index of documents and opens it."""

    def make(*documents):
        store = Store(tmp_path / "index")
        with store.lock("rebuild"), writer.begun(store, SCHEMA, "a test", list) as rebuild:
            rebuild.write(documents)
            rebuild.switch()
        return Evaluator(open_index(store.current()), store.current(), {})

    return make


def test_what_is_not_said_of_a_document_is_unknown(evaluator):
    made = evaluator(IDS | {"text": None, "year": None, "theme": [], "number": None})

    assert made.facets["year"].counts(made.everything) == {"unknown": 1}
    assert (
        made.facets["theme"].counts(made.everything) == made.facets["court"].counts(made.everything) == {"unknown": 1}
    )
    assert made.ids.tolist() == [1]


def test_a_key_that_is_no_number_is_kept_by_whoosh_alone(evaluator):
    made = evaluator(IDS | {"id": "a.b.x-1", "django_id": "x-1", "text": "甲"})

    assert made.ids.tolist() == [NUMBERLESS]
    with made.index.searcher() as searcher:
        assert searcher.document(id="a.b.x-1")["django_id"] == "x-1"


def test_values_are_written_as_haystack_writes_them(evaluator, settings):
    settings.TIME_ZONE = "Asia/Shanghai"
    said = {
        "theme": ["1", 2],
        "price": Decimal("24.99"),
        "day": date(2026, 11, 22),
        "moment": datetime(2026, 11, 21, 16, 30, tzinfo=UTC),
        "open": True,
        "number": 7,
        "boost": 2.0,
    }
    made = evaluator(IDS | said | {"text": "甲"})

    with made.index.searcher() as searcher:
        (kept,) = searcher.documents()
    assert kept == IDS | {
        "theme": "1,2",
        "price": "24.99",
        "day": datetime(2026, 11, 22),
        "moment": datetime(2026, 11, 22, 0, 30),
        "open": "true",
        "number": 7,
    }


@pytest.mark.parametrize("suffix", ["words", "grams", "reports", "tallies", "_text_len.col", "sums"])
@pytest.mark.parametrize("at", [0, 12, -1], ids=["length", "head", "end"])
def test_whatever_place_of_a_file_is_damaged_it_is_named_as_damage(evaluator, tmp_path, suffix, at):
    evaluator(IDS | {"text": "法院"})
    folder = Store(tmp_path / "index").current()
    (path,) = folder.glob(f"MAIN_*.{suffix}")
    content = bytearray(path.read_bytes())
    content[min(at, len(content) - 1)] ^= 0x40
    path.write_bytes(content)

    with pytest.raises(Damaged):
        Evaluator(open_index(folder), folder, {})


def test_frequent_words_are_counted_when_their_segment_is_written(evaluator):
    """Not those in few reports, whatever their pairs: of figures, each is another."""
    figures = [" ".join(f"{report}{number:04}.{number:04}" for number in range(200)) for report in range(40)]
    texts = ["法院审判工作" * 3_000, *(f"法院{figure}" for figure in figures), "工作"]
    made = evaluator(*(IDS | {"id": f"a.b.{pk}", "django_id": str(pk), "text": text} for pk, text in enumerate(texts)))

    (segment,) = made.segments.values()

    assert [*segment.tallies.rows] == ["法院"]
    in_advance, now = segment.tally("法院"), counted(segment.strings, segment.passages, segment.names, "法院")
    assert in_advance.beginning.tolist() == now.beginning.tolist() == [3_000, *[1] * 40, 0]
    holds, _ = made.holders.word(("法院",), None, ())
    assert holds.tolist() == [True] * 41 + [False]

"""The codec under Whoosh's own queries: the answers are those of Whoosh's own codec."""

import random

import pytest
from whoosh import fields, query
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.filestore import FileStorage
from whoosh.writing import SegmentWriter

from search.backends.whoosh import codec
from search.backends.whoosh.codec import ArrayCodec, ArrayPool

WORDS = ["法院", "司法", "建议", "治理", "案件", "诉源", "府院", "联动"]
SCHEMA = fields.Schema(
    body=fields.TEXT(phrase=True, stored=False),
    boosted=fields.TEXT(field_boost=1.5),
    place=fields.ID(stored=True),
    tags=fields.KEYWORD(commas=True),
    number=fields.NUMERIC(int, sortable=True),
)
QUERIES = [
    query.Every(),
    query.Term("body", "法院"),
    query.Term("body", "没有"),
    query.And([query.Term("body", "司法"), query.Term("body", "建议")]),
    query.And([query.Term("body", "司法"), query.Term("body", "没有")]),
    query.Or([query.Term("body", "司法"), query.Term("body", "没有")]),
    query.Or([query.Term("body", "司法"), query.Term("boosted", "建议")]),
    query.AndNot(query.Term("body", "司法"), query.Term("place", "3")),
    query.Phrase("body", ["司法", "建议"]),
    query.Phrase("body", ["司法", "建议"], slop=3),
    query.Prefix("body", "诉"),
    query.Wildcard("body", "*院*"),
    query.FuzzyTerm("body", "法办"),
    query.TermRange("place", "1", "3"),
    query.NumericRange("number", 40, 90),
    query.Term("tags", "甲"),
]


def documents():
    choice = random.Random(3)
    for number in range(400):
        words = choice.choices(WORDS, range(1, len(WORDS) + 1), k=choice.randint(0, 60))
        yield {
            "body": " ".join(words),
            "boosted": " ".join(words[:5]),
            "place": str(number % 5),
            "tags": ",".join(choice.sample("甲乙丙", choice.randint(0, 3))),
            "number": number,
        }


def made(folder, writing_codec, pool):
    folder.mkdir()
    index = FileStorage(str(folder)).create_index(SCHEMA)
    writer = SegmentWriter(index, codec=writing_codec, compound=False)
    writer.pool = pool or writer.pool
    for document in documents():
        writer.add_document(**document)
    writer.commit()
    return index


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    folder = tmp_path_factory.mktemp("indexes")
    return made(folder / "theirs", W3Codec(), None), made(folder / "ours", ArrayCodec(), ArrayPool())


@pytest.mark.parametrize("asked", QUERIES, ids=str)
def test_whooshs_queries_get_the_same_documents_and_scores(both, asked):
    theirs, ours = ({hit.docnum: hit.score for hit in index.searcher().search(asked, limit=None)} for index in both)

    assert ours == pytest.approx(theirs)
    assert len(ours) > 0 or "没有" in str(asked)


def test_terms_and_their_statistics_are_the_same(both):
    theirs, ours = (
        {
            term: (info.doc_frequency(), info.weight(), info.max_weight(), info.min_id(), info.max_id())
            for term, info in index.reader()
        }
        for index in both
    )

    assert ours == theirs


def test_a_term_that_is_not_there_occurs_nowhere(both):
    for index in both:
        reader = index.reader()

        assert reader.doc_frequency("body", "没有") == reader.frequency("body", "没有") == 0


@pytest.mark.parametrize("weights", [[1, 1, 1], [1, 255, 3], [1, 65535, 3], [1, 65536, 3], [0.5, 1.5, 2.5]])
@pytest.mark.parametrize("ids", [[0, 5, 65_535], [0, 5, 65_536]])
def test_postings_come_back_as_they_were_written(tmp_path, ids, weights):
    pool = ArrayPool()
    for document, weight in zip(ids, weights, strict=True):
        pool.add(("body", b"word", document, weight, b"v" * (document + 1) if document < 9 else b"long value"))
    (raw,) = codec.encoded(pool.iter_postings()["body"])

    found, _ = codec._decoded(memoryview(raw))

    assert found.ids.tolist() == ids
    assert ([1.0] * 3 if found.weights is None else found.weights.tolist()) == weights

"""suspicions: what may be the same report twice is noted before anybody can publish it."""

import opencc
import pytest
from django.core.files.base import ContentFile

from reports import publishing
from reports.ingestion.intake import read_kept, take_in
from reports.ingestion.save import keep
from reports.ingestion.vocabulary import current_vocabulary
from reports.models import Court, Field, Fingerprint, Report, Status, Suspicion
from reports.suspicions import remember_all, suspect
from tests.factories import make_report
from tests.ingestion.gold import printed, sample_bytes

from .staff import a_draft, an_account
from .test_likeness import with_changed_sentences

pytestmark = pytest.mark.django_db


@pytest.fixture
def original() -> Report:
    """Sample 000, public since the seeds were loaded."""
    return Report.objects.published().get(source__name__startswith="000_")


def upload(text: str, encoding: str = "utf-8") -> Report:
    """The only report in a TXT of these words, read and saved as every upload is."""
    source, _ = keep(ContentFile(text.encode(encoding)), "再传一次.txt")
    (report,) = take_in(source, read_kept(source, current_vocabulary()))
    return report


def paragraphs(sample: str = "000") -> str:
    return "\n".join(text for _, text in printed(sample)[0])


def open_suspicions(report: Report) -> list[tuple[str, int]]:
    return [(one.kind, one.other_id) for one in report.suspicions.open()]


# ---- the same words


@pytest.mark.parametrize(
    "words",
    [
        lambda: paragraphs(),
        lambda: paragraphs().replace("\n", "\r\n\r\n\u3000\u3000"),
        lambda: sample_bytes("000").decode("utf-8") + "\n",
    ],
    ids=["as paragraphs", "re-laid", "the same lines"],
)
def test_the_same_text_in_another_file_is_suspected(original, words):
    assert open_suspicions(upload(words())) == [("same_text", original.pk)]


def test_the_same_text_in_traditional_characters_is_suspected(original):
    traditional = opencc.OpenCC("s2t").convert(paragraphs())

    report = upload(traditional, "utf-16-le")

    assert open_suspicions(report) == [("near", original.pk)]
    assert report.suspicions.get().likeness > 0.97


def test_a_text_with_three_other_sentences_is_suspected(original):
    report = upload(with_changed_sentences(paragraphs(), 3))

    assert open_suspicions(report) == [("near", original.pk)]
    assert 0.95 < report.suspicions.get().likeness < 1


def test_ten_different_reports_raise_no_suspicion():
    assert Report.objects.published().count() == 10
    assert Fingerprint.objects.count() == 160
    assert not Suspicion.objects.exists()


# ---- the next year


def test_the_next_report_of_a_court_is_not_suspected_though_little_but_its_figures_changed(original):
    following = paragraphs().replace("2023", "2024")
    for figure in range(9, 0, -1):
        following = following.replace(f"{figure}件", f"{figure + 21}件").replace(f"{figure}次", f"{figure + 12}次")

    report = upload(following)

    assert (report.court, report.year_id) == (original.court, 2024)
    assert open_suspicions(report) == []


def test_the_same_text_under_another_year_is_suspected(original):
    report = upload(paragraphs())
    publishing.correct(report, Field.YEAR, "2022", an_account("编辑"))

    assert open_suspicions(report) == [("same_text", original.pk)]


def test_another_text_of_the_same_court_year_and_type_is_suspected(original):
    report = make_report(court=original.court, year=2023, text="全是别的话。", status=Status.DRAFT)

    suspect(report)

    assert open_suspicions(report) == [("same_year", original.pk)]
    assert report.suspicions.get().likeness < 0.01


@pytest.mark.parametrize(
    "differing",
    [{"year": 2022}, {"type": "工作报告"}, {"year": None}, {"court": None}],
    ids=lambda differing: str(differing),
)
def test_another_text_of_another_year_type_or_of_nobody_is_not_suspected(original, differing):
    facts = {"court": original.court, "year": 2023, "type": "年度报告"} | differing
    report = make_report(text="全是别的话。", status=Status.DRAFT, **facts)

    suspect(report)

    assert open_suspicions(report) == []


def test_a_suspicion_comes_and_goes_with_the_year_that_a_person_says(original):
    editor = an_account("编辑")
    report = a_draft()
    publishing.correct(report, Field.COURT, str(original.court_id), editor)
    publishing.correct(report, Field.TYPE, "年度报告", editor)
    assert open_suspicions(report) == [("same_year", original.pk)]

    publishing.correct(report, Field.YEAR, "2021", editor)

    assert not Suspicion.objects.exists()


def test_a_corrected_text_is_compared_anew(original):
    report = upload(paragraphs())

    publishing.correct_text(report, "五大连池市人民法院的另一篇\n全是别的话。", an_account("编辑"), "误传", number=1)

    assert open_suspicions(report) == [("same_year", original.pk)]
    assert set(report.texts.exclude(fingerprints=None).values_list("number", flat=True)) == {2}


def test_reports_of_two_courts_that_become_one_are_compared(original):
    court = Court.objects.get(name="乾安县人民法院")
    report = make_report(court=court, year=2023, text="全是别的话。", status=Status.DRAFT)

    publishing.merge_court(court, original.court, an_account("管理员"), "撤并")

    assert open_suspicions(report) == [("same_year", original.pk)]


# ---- which of two waits


def test_of_two_drafts_the_later_one_waits():
    earlier, later = a_draft(), a_draft()

    assert open_suspicions(earlier) == []
    assert open_suspicions(later) == [("same_text", earlier.pk)]


def test_a_public_report_never_waits_for_a_draft():
    public, draft = a_draft(), a_draft()
    Suspicion.objects.all().delete()
    Report.objects.filter(pk=draft.pk).update(status=Status.PUBLISHED, published_at=public.created_at)

    suspect(public)

    assert open_suspicions(public) == [("same_text", draft.pk)]


@pytest.mark.parametrize("gone", [{"is_current": False}, {"status": Status.WITHDRAWN, "withdrawn_reason": "重复"}])
def test_what_is_replaced_or_withdrawn_is_no_reason_to_suspect(gone):
    earlier, later = a_draft(), a_draft()

    Report.objects.filter(pk=earlier.pk).update(**gone)

    assert open_suspicions(later) == []
    assert open_suspicions(a_draft()) == [("same_text", later.pk)]


# ---- archives of before


def test_reports_of_before_are_made_findable_once(original):
    Fingerprint.objects.filter(text__report=original).delete()
    steps = []

    assert remember_all(lambda done, total: steps.append((done, total))) == 1
    assert remember_all() == 0

    assert steps == [(1, 1)]
    assert open_suspicions(upload(paragraphs())) == [("same_text", original.pk)]

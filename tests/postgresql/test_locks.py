"""Whatever people and workers do at one moment, nobody waits for somebody who waits for them."""

import random
from collections.abc import Callable
from itertools import combinations
from threading import Barrier, Thread
from time import monotonic, sleep

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction

from reports import confirming, duplicates, publishing, rearranging
from reports.ingestion.again import save_group
from reports.ingestion.pipeline import draft_of
from reports.ingestion.stored import articles_of
from reports.ingestion.vocabulary import current_vocabulary
from reports.models import Court, Field, Report, Status, Suspicion, Theme, Verdict
from reports.publishing import NotAllowed
from reports.suspicions import suspect
from tests.factories import make_report, make_source

pytestmark = pytest.mark.django_db(transaction=True)

Verb = Callable[[], object]


def body(number: int) -> str:
    """A text like no other number's."""
    return "".join(map(chr, random.Random(number).choices(range(0x4E00, 0x9000), k=400)))


@pytest.fixture
def by() -> User:
    return User.objects.create_superuser("审核员")


def at_once(*runs: list[Verb]) -> list[Exception]:
    """What went wrong, other than what may not be done, while each list was done from its start to its end."""
    faults: list[Exception] = []
    together = Barrier(len(runs))

    def go(verbs: list[Verb]) -> None:
        together.wait()
        for verb in verbs:
            try:
                verb()
            except NotAllowed:
                pass
            except Exception as fault:
                faults.append(fault)
        connection.close()

    threads = [Thread(target=go, args=(verbs,)) for verbs in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


def test_a_report_is_published_in_place_of_another_while_somebody_takes_that_back(by):
    pairs = []
    for number in range(12):
        earlier, later = (make_report(text=body(number), status=Status.DRAFT) for _ in range(2))
        suspect(earlier)
        suspect(later)
        suspicion = Suspicion.objects.get(report=later, other=earlier)
        duplicates.decide(suspicion, Verdict.REPLACES, by)
        pairs.append((later, suspicion))

    faults = at_once(
        [lambda report=report: publishing.publish(report, by, confirmed=True) for report, _ in pairs],
        [lambda suspicion=suspicion: duplicates.take_back(suspicion, by) for _, suspicion in pairs],
    )

    assert faults == []
    for report, suspicion in pairs:
        report.refresh_from_db()
        suspicion.refresh_from_db()
        assert report.is_published == (suspicion.verdict == Verdict.REPLACES)


def test_a_report_is_published_while_somebody_decides_in_place_of_which(by):
    """Who publishes waits for the report, and learns only then that another will give way; a third has that one, and goes
    on to the report when he who publishes waits again."""
    earlier, later = (make_report(text=body(1), status=Status.DRAFT) for _ in range(2))
    suspect(earlier)
    suspect(later)
    suspicion = Suspicion.objects.get(report=later, other=earlier)
    faults: list[Exception] = []

    def go(verb: Verb) -> None:
        try:
            verb()
        except Exception as fault:
            faults.append(fault)
        connection.close()

    def take_both() -> None:
        with transaction.atomic():
            list(Report.objects.locked().filter(pk=earlier.pk))
            wait_until_others_wait(1)
            list(Report.objects.locked().filter(pk=later.pk))

    def publish() -> None:
        with transaction.atomic():
            publishing.hold([later])
            publishing.make_public(later, by, confirmed=True, verb="公开")

    threads = [Thread(target=go, args=(verb,)) for verb in (take_both, publish)]
    with transaction.atomic():
        duplicates.decide(suspicion, Verdict.REPLACES, by)
        for waiting, thread in enumerate(threads, start=1):
            thread.start()
            wait_until_others_wait(waiting)
    for thread in threads:
        thread.join()

    assert faults == []
    earlier.refresh_from_db()
    assert (earlier.is_current, earlier.replaced_by) == (False, later)


def wait_until_others_wait(number: int) -> None:
    """Until so many connections wait for a lock; fails where that does not come to be."""
    until = monotonic() + 20
    with connection.cursor() as cursor:
        while monotonic() < until:
            cursor.execute("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0] >= number:
                return
            sleep(0.02)
    pytest.fail(f"nobody else, or not {number}, waited for a lock")


def test_two_that_become_alike_at_one_moment_are_suspected(by):
    """Each is written before the other is to be seen."""
    earlier, later = (make_report(text=body(1), year=year, status=Status.DRAFT) for year in (2021, 2022))
    other_hand = Thread(target=lambda: (publishing.correct(later, Field.YEAR, "2024", by), connection.close()))

    with transaction.atomic():
        publishing.correct(earlier, Field.YEAR, "2023", by)
        other_hand.start()
        other_hand.join()
        assert not Suspicion.objects.exists()

    assert Suspicion.objects.get().report == later


def test_two_that_are_alike_may_be_corrected_at_one_moment(by):
    pairs = [[make_report(text=body(number), status=Status.DRAFT) for _ in range(2)] for number in range(12)]

    faults = at_once(
        *(
            [lambda report=pair[side]: publishing.correct(report, Field.YEAR, "2021", by) for pair in pairs]
            for side in (0, 1)
        )
    )

    assert faults == []
    assert Suspicion.objects.filter(report__in=[later for _, later in pairs]).count() == 12


def test_anything_may_be_done_at_one_moment_with_articles_of_two_originals_that_are_alike(by):
    """Two newspapers that printed the same four articles; four people and what reads again."""
    theme = Theme.objects.create(name="会议", definition="", expressions="府院联动")
    court, into = (Court.objects.create(name=f"{name}人民法院", level="基层") for name in "甲乙")
    for source in (make_source(), make_source()):
        for number in range(1, 5):
            text = "\n".join(
                f"第{number}篇第{line}行，府院联席会议。{body(20 * number + line)[:40]}" for line in range(12)
            )
            report = make_report(
                text=text, source=source, article_number=number, court=court, year=2020 + number, status=Status.DRAFT
            )
            suspect(report)
    every = list(Report.objects.order_by("pk"))
    vocabulary = current_vocabulary()

    def a_run(seed: int) -> list[Verb]:
        chance = random.Random(seed)

        def report() -> Report:
            return Report.objects.get(pk=chance.choice(every).pk)

        def seen(*reports: Report) -> dict[int, int]:
            return {one.pk: one.text.number for one in reports}

        def decide() -> None:
            if doubt := Suspicion.objects.order_by("?").first():
                if doubt.verdict:
                    duplicates.take_back(doubt, by)
                else:
                    duplicates.decide(doubt, Verdict(chance.choice(Verdict.values)), by)

        def publish() -> None:
            publishing.publish_many(chance.sample(every, 3), by, confirmed=True)

        def read_again() -> None:
            group = chance.sample(every, 4)
            save_group(group, [draft_of(article, vocabulary) for article in articles_of(group)])

        def move() -> None:
            one, other = chance.choice([pair for pair in combinations(every, 2) if pair[0].source == pair[1].source])
            rearranging.move(one, range(1, 2), other, 1, by, seen=seen(one, other), why="试")

        def undo() -> None:
            one = report()
            rearranging.undo(one, by, seen=seen(*Report.objects.filter(source=one.source)), why="试")

        def confirm() -> None:
            confirming.confirm(report(), by)

        def correct() -> None:
            publishing.correct(report(), Field.YEAR, str(chance.randint(2020, 2025)), by)

        def withdraw() -> None:
            publishing.withdraw(report(), by, "试")

        def change_theme() -> None:
            old = Theme.objects.get(pk=theme.pk).expressions
            publishing.change_expressions(theme, f"{old}|府院", by, made_from=old, reports=[one.pk for one in every])

        verbs = [decide, decide, publish, read_again, move, undo, confirm, correct, withdraw, change_theme]
        return [chance.choice(verbs) for _ in range(12)]

    faults = at_once(*map(a_run, range(5)), [lambda: publishing.merge_court(court, into, by, "试")])

    assert faults == []
    assert not Report.objects.filter(court=court).exists()

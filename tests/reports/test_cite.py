from datetime import UTC, date, datetime

import pytest

from reports.browsing.cite import citation
from reports.models import Report, ReportText
from tests.factories import make_report

pytestmark = pytest.mark.django_db

ADDRESS = "https://archive.example/reports/7/v1/"


def cited(version: int = 1, **kwargs) -> str:
    report = make_report(**kwargs)
    # New Year's morning in Beijing.
    Report.objects.filter(pk=report.pk).update(published_at=datetime(2025, 12, 31, 20, 0, tzinfo=UTC))
    report.refresh_from_db()
    # 23:30 on the 19th in London is the 20th in Beijing, where the archive stands.
    ReportText.objects.filter(report=report).update(
        created_at=datetime(2026, 11, 19, 23, 30, tzinfo=UTC), number=version
    )
    return citation(report, report.texts.get(), ADDRESS, date(2026, 11, 22))


@pytest.mark.parametrize(
    ("kwargs", "line"),
    [
        (
            {"court": "五大连池市人民法院", "title": "五大连池法院2023年法治政府建设年度报告"},
            "五大连池市人民法院. 五大连池法院2023年法治政府建设年度报告[R/OL]. ",
        ),
        # A court that is not stated is left out.
        ({"title": "法院2022年法治政府工作总结", "type": "工作总结"}, "法院2022年法治政府工作总结[R/OL]. "),
        # A story about a court is not by the court.
        (
            {"court": "松原市中级人民法院", "title": "府院联动 书写法治政府新篇章", "type": "新闻报道"},
            "府院联动 书写法治政府新篇章[EB/OL]. ",
        ),
        ({"court": "扶余市人民法院", "title": "资料", "type": "其他"}, "扶余市人民法院. 资料[Z/OL]. "),
        # A title that the archive gave stands in brackets.
        (
            {"court": "扶余市人民法院", "title": ""},
            "扶余市人民法院. [扶余市人民法院（原文无题）][R/OL]. ",
        ),
    ],
)
def test_the_line_says_what_is_known_and_nothing_else(kwargs, line):
    assert cited(**kwargs) == f"{line}法治年报库, 2026(2026-11-20)[2026-11-22]. {ADDRESS}"


def test_words_recognised_from_a_scan_are_cited_as_such():
    known = {"court": "扶余市人民法院", "title": "工作总结", "type": "工作总结", "scan_sure": 0.97}
    rest = f"法治年报库, 2026(2026-11-20)[2026-11-22]. {ADDRESS}"

    assert cited(**known) == f"扶余市人民法院. 工作总结[R/OL]. 识别自扫描件. {rest}"
    assert cited(version=2, **known) == f"扶余市人民法院. 工作总结[R/OL]. 2版, 识别自扫描件. {rest}"


def test_a_later_version_is_named_as_an_edition():
    line = cited(version=2, court="扶余市人民法院", title="工作总结", type="工作总结")

    assert line == f"扶余市人民法院. 工作总结[R/OL]. 2版. 法治年报库, 2026(2026-11-20)[2026-11-22]. {ADDRESS}"

"""with_parts: each section belongs to a part of the report, whatever its own heading says."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from reports.ingestion.pipeline import reading_of
from reports.ingestion.recognise import with_parts
from reports.ingestion.recognise.parts import stretches_of
from reports.ingestion.shapes import Article, Section, Upload, Vocabulary
from tests.ingestion.gold import SAMPLES, sample_bytes

from .conftest import article_of

EXPECTED = Path(__file__).parents[2] / "expected" / "sample_figures.json"
DONE, LACKING, DUTY, PLANNED, OTHER = "举措和成效", "存在的不足和原因", "第一责任人履职", "下一年安排", "其他"


def headed(*headings: tuple[int, str]) -> Article:
    """An article of headings and a paragraph below each; each section goes to the next of its level or above."""
    article = article_of([line for _, heading in headings for line in (("heading", heading), ("para", "正文。"))])
    starts = [line.start for line in article.lines if line.kind == "heading"]
    sections = []
    for number, (level, heading) in enumerate(headings):
        below = (
            start
            for (other, _), start in zip(headings[number + 1 :], starts[number + 1 :], strict=True)
            if other <= level
        )
        sections.append(Section("heading", level, heading, starts[number], next(below, len(article.text) + 1) - 1))
    return Article(1, "", article.text, article.lines, tuple(sections), article.pages)


def parts(article: Article) -> list[str | None]:
    return [section.part for section in with_parts(article).sections]


@pytest.mark.parametrize(
    ("heading", "part"),
    [
        ("一、推进法治政府建设的主要举措和成效", DONE),
        ("一、基本情况", DONE),
        ("三、创新亮点工作", DONE),
        ("锚定目标 提升依法行政水平", DONE),
        ("补齐短板 推动审判质效提升", DONE),
        ("二、推进法治政府建设存在的不足和原因", LACKING),
        ("四、存在的主要问题", LACKING),
        ("二、工作中面临的困难", LACKING),
        ("三、党政主要负责人履行推进法治建设第一责任人职责情况", DUTY),
        ("四、下一年度推进法治政府建设的主要安排", PLANNED),
        ("五、下一步工作计划", PLANNED),
        ("三、2024年工作打算", PLANNED),
        ("四、存在的问题和下一步打算", LACKING),
        ("附件：指标数据说明", OTHER),
        ("四、意见和建议", OTHER),
        ("四、存在的问题及对策建议", LACKING),
        ("二、整改存在的问题", DONE),
        ("三、督察反馈存在问题整改情况", DONE),
        ("三、存在的问题及整改措施", LACKING),
        ("一、2023年重点工作", DONE),
    ],
)
def test_a_chapter_belongs_to_the_part_that_its_heading_names(heading: str, part: str):
    assert parts(headed((1, heading))) == [part]


def test_what_stands_below_a_chapter_belongs_to_its_part():
    article = headed((1, "四、下一年度安排"), (2, "（一）补齐短板"), (3, "一是解决存在的问题"), (1, "五、其他成效"))

    assert parts(article) == [PLANNED, PLANNED, PLANNED, DONE]


def test_a_section_below_what_was_done_may_name_another_part():
    article = headed(
        (1, "一、工作情况"),
        (2, "（一）主要成效"),
        (2, "（二）存在的问题"),
        (3, "一是力量不足"),
        (2, "（三）下一步打算"),
    )

    assert parts(article) == [DONE, DONE, LACKING, LACKING, PLANNED]


def test_a_long_run_in_heading_below_names_no_part():
    long = "一是制定年度工作计划，定期研究解决普法工作中存在的问题，推动各项任务落到实处"

    assert parts(headed((1, "一、主要成效"), (3, long))) == [DONE, DONE]


def test_closing_paragraphs_that_look_ahead_are_sections_of_their_own():
    lines = [
        ("para", "2023年是开局之年，我院审结案件100件。" * 3),
        ("para", "2024年是关键一年，我们将继续努力。"),
        ("para", "奋勇前进。"),
    ]
    article = with_parts(article_of(lines))

    assert [
        (section.kind, section.part, article.text[section.start : section.end]) for section in article.sections
    ] == [
        ("para", PLANNED, "2024年是关键一年，我们将继续努力。"),
        ("para", PLANNED, "奋勇前进。"),
    ]


def test_the_tasks_of_a_year_are_a_plan_where_they_follow_what_was_done():
    assert parts(headed((1, "一、主要成效"), (1, "二、2024年重点工作"))) == [DONE, PLANNED]


def test_the_tasks_of_a_year_are_what_was_done_where_the_plan_is_still_to_come():
    chapters = ("一、基本情况", "二、2023年重点工作", "三、存在的问题", "四、下一步打算")

    assert parts(headed(*((1, chapter) for chapter in chapters))) == [DONE, DONE, LACKING, PLANNED]


def test_what_is_lacking_may_be_told_above_the_heading_of_the_plan():
    article = article_of(
        [
            ("para", "2023年，我院审结案件100件。" * 4),
            ("para", "各位代表，我们清醒认识到，工作中还有不少困难。"),
            ("para", "一是力量不足。"),
            ("heading", "2024年工作安排"),
            ("para", "继续努力。"),
        ]
    )
    start = article.lines[3].start
    plan = Section("heading", 1, "2024年工作安排", start, len(article.text))
    sections = with_parts(replace(article, sections=(plan,))).sections

    assert [(article.text[section.start : section.end][:6], section.part) for section in sections] == [
        ("各位代表，我", LACKING),
        ("一是力量不足", LACKING),
        ("2024年工", PLANNED),
    ]


def test_captions_bylines_and_notes_belong_to_no_part_of_the_report():
    article = article_of([("para", "正文。"), ("caption", "庭审现场。张三 摄")])
    caption = Section("caption", None, "庭审现场。张三 摄", 4, 13)

    assert parts(Article(1, "", article.text, article.lines, (caption,), article.pages)) == [OTHER]


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_chapters_of_the_samples_are_the_parts_that_a_reader_sees(sample: str):
    expected = [row["parts"] for row in json.loads(EXPECTED.read_text(encoding="utf-8")) if row["sample"][:3] == sample]
    drafts = reading_of(Upload("报告.txt", sample_bytes(sample)), Vocabulary()).drafts

    assert [
        [section.part for section in draft.article.sections if section.level == 1 or section.kind == "para"]
        for draft in drafts
    ] == expected


def test_the_last_paragraph_of_a_newspaper_story_is_next_years_plan():
    (draft,) = reading_of(Upload("报告.txt", sample_bytes("002")), Vocabulary()).drafts
    (plan,) = [section for section in draft.article.sections if section.part == PLANNED]

    assert (plan.kind, plan.level, draft.article.text[plan.start : plan.start + 5]) == ("para", None, "2024年")
    assert draft.article.text[plan.start : plan.end].endswith("司法力量。")


def test_sections_of_a_part_that_overlap_are_one_stretch():
    article = headed((1, "一、下一步打算"), (2, "（一）下一步工作"), (1, "二、成效"), (1, "三、今后打算"))
    inside, after = article.sections[0], article.sections[3]

    assert stretches_of(with_parts(article), PLANNED) == [(inside.start, inside.end), (after.start, after.end)]

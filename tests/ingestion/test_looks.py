"""What a single line is taken for."""

import pytest

from reports.ingestion import looks


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("一、基本情况", 1),
        ("十二、其他工作", 1),
        ("二、三年来的主要成效", 1),
        ("第一部分 行政案件基本情况", 1),
        ("（二）存在的问题", 2),
        ("第一，加强组织领导", 3),
        ("第二加强信用监管", 3),
        ("第十二大力推进诉源治理", 3),
        ("一、二审行政案件收案120件", None),
        ("三、四级网格全部建成", None),
        ("一、二、三季度收案平稳", None),
        ("第十四届全国人大常委会", None),
        ("第二十条规定的情形", None),
        ("第一百二十条", None),
        ("第一审行政案件收案120件", None),
        ("第二十大报告", None),
        ("第三季度", None),
        ("第四批典型案例", None),
        ("第十二位当事人", None),
        ("第二款、第三项", None),
    ],
)
def test_an_ordinal_numbers_a_heading_only_where_nothing_is_counted_or_cited(text, level):
    assert looks.numbering(text) == level


@pytest.mark.parametrize("text", ["崔苍竹", "张三 李四", "王超越、郭清沂", "欧阳建国"])
def test_personal_names_are_names(text):
    assert looks.is_name(text)


@pytest.mark.parametrize("text", ["白皮书", "方案", "计划", "纪要", "简报", "要点", "总结", "和解", "诉源治理"])
def test_words_that_begin_with_a_surname_are_no_names(text):
    assert not looks.is_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "□本报记者 张三",
        "■ 通讯员：李四",
        "◇崔苍竹",
        "● 王超越 张佳红",
        "本报通讯员●周雪莹",
        "云南法制报记者 和某某 通讯员 李某",
        "2024年1月5日",
    ],
)
def test_who_wrote_it_or_when_is_a_byline(text):
    assert looks.is_byline(text)


@pytest.mark.parametrize("text", ["◆诉源治理", "■强化司法建议", "●健全府院联动机制", "○方案"])
def test_a_heading_after_a_bullet_is_no_byline(text):
    assert not looks.is_byline(text)
    assert looks.could_be_head(text)


@pytest.mark.parametrize(
    "text",
    [
        "崔苍竹摄",
        "崔苍竹 摄",
        "切实提升行政执法能力水平。崔苍竹摄",
        "法官在田间开庭 张三、李四摄影",
        "庭审现场（张三摄）",
        "县法院供图",
        "图为庭审现场",
    ],
)
def test_a_line_that_ends_with_its_photographer_is_a_caption(text):
    assert looks.is_caption(text)


@pytest.mark.parametrize("text", ["组织干警参加摄影", "举办“法治之光”书画摄影", "开展普法摄影（廉政文化摄影）"])
def test_photography_as_a_pastime_makes_no_caption(text):
    assert not looks.is_caption(text)
    assert not looks.is_credit(text)

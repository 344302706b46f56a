"""figures_of: every figure with what it counts, which kind that is, and whose result it is."""

from decimal import Decimal

import pytest

from reports.ingestion.recognise import figures_of, with_parts
from reports.ingestion.shapes import Article, Figure, Line, Section, Vocabulary

from .conftest import article_of


def figures(vocabulary: Vocabulary, *paragraphs: str) -> list[Figure]:
    return list(figures_of(article_of([("para", words) for words in paragraphs]), vocabulary))


def labels(vocabulary: Vocabulary, text: str) -> list[str]:
    return [figure.label for figure in figures(vocabulary, text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the noun before the amount
        (
            "组织行政机关工作人员参加庭审观摩3次，为行政执法人员上法治课2次。",
            ["组织行政机关工作人员参加庭审观摩", "为行政执法人员上法治课"],
        ),
        ("今年，组织普法轮训7次，参加人数200余人次。", ["组织普法轮训", "参加人数"]),
        ("2023年，我院共受理各类案件3299件。", ["我院共受理各类案件"]),
        ("其中国家级媒体32篇。", ["国家级媒体发稿"]),
        ("制作《联络专刊》1期、《审判通讯》2期。", ["制作《联络专刊》", "《审判通讯》"]),
        # the noun behind it
        ("38名干警受聘为“法治副校长”。", ["干警受聘为“法治副校长”"]),
        ("新建2个速裁团队，740余万元用于环境修复。", ["新建速裁团队", "用于环境修复"]),
        ("与区司法局联合召开4次联席会议，7次入村普法。", ["联席会议", "入村普法"]),
        ("工作小组有25个部门和11个镇、街道。", ["工作小组部门", "镇、街道"]),
        ("对2021年以来的320件行政败诉案件进行分析。", ["行政败诉案件进行分析"]),
        # words before it on which it leans
        ("结案率，达98.14%。", ["结案率"]),
        ("法官403人，占69%。", ["法官", "法官占比"]),
        ("一审服判息诉率居全市第二位。", ["一审服判息诉率全市名次"]),
        ("结案标的额78亿元，位列全国海事法院第三位。", ["结案标的额", "结案标的额全国海事法院名次"]),
        ("商标权案件占比高，占民事案件的72.3%。", ["商标权案件占民事案件"]),
        ("本科以上学历占98.6%。", ["本科以上学历占比"]),
        ("涉农纠纷增多，由2020年的31件增至88件。", ["涉农纠纷", "涉农纠纷"]),
        ("结案率目标为95%，实际为96.2%。", ["结案率目标", "结案率目标"]),
        ("发布白皮书和10起典型案例。", ["典型案例"]),
        ("社区调解员74名入驻平台。", ["社区调解员"]),
        ("到32所中小学担任法治副校长。", ["到中小学担任法治副校长"]),
        ("出庭率由2020年的62%逐年提升至2023年的98%。", ["出庭率", "出庭率"]),
        ("收结盗窃案169件257人。", ["收结盗窃案", "收结盗窃案"]),
        # changes
        ("平均审理天数27.7天，同比缩短13.7天。", ["平均审理天数", "平均审理天数同比缩短"]),
        (
            "受理22895件、办结19942件，同比增长18.28%、9.9%。",
            ["受理案件", "办结案件", "受理案件同比增长", "办结案件同比增长"],
        ),
        ("离婚纠纷较2021年同期下降43.66%。", ["离婚纠纷较2021年同期下降"]),
        ("平均审理天数128天，比上年压缩35天。", ["平均审理天数", "平均审理天数比上年压缩"]),
        ("败诉率12.3%，高于全省平均2.1个百分点。", ["败诉率", "败诉率高于全省平均"]),
        # rows
        ("法定审限内结案率、一审服判息诉率提高到99.4%、83.1%。", ["法定审限内结案率", "一审服判息诉率"]),
        ("济南、临沂受理行政一审案件3595件、3125件。", ["济南受理行政一审案件", "临沂受理行政一审案件"]),
        ("民事、刑事、行政案件分别为638、268、107件。", ["民事案件", "刑事案件", "行政案件"]),
        ("集中在行政强制、行政处罚，分别占28.3%、21.5%。", ["集中在行政强制占比", "行政处罚占比"]),
        ("行政处罚、工伤认定案件分别占26.4%、9.9%。", ["行政处罚案件占比", "工伤认定案件占比"]),
        ("2022—2023年，分别受理312件、356件。", ["2022年受理案件", "2023年受理案件"]),
        ("2022年至2023年民事、刑事案件分别为45件、52件。", ["民事案件", "刑事案件"]),
        # what is counted is said once
        ("受理案件187件，其中刑事97件、民事68件。", ["受理案件", "刑事案件", "民事案件"]),
        ("开庭审理的案件中，应当出庭的655件，实际出庭642件。", ["应当出庭案件", "实际出庭案件"]),
        ("清理规范性文件203件，其中废止18件。", ["清理规范性文件", "废止规范性文件"]),
        ("发出司法建议24份，其中民事类11件、执行类8件。", ["发出司法建议", "民事类司法建议", "执行类司法建议"]),
        ("审结案件62件，办理人大代表建议9件，处理来信20件。", ["审结案件", "办理人大代表建议", "处理来信"]),
        ("走访企业62家，其中规模以上23家。", ["走访企业", "规模以上企业"]),
        ("设立法官工作站42个，其中街道27个、社区15个。", ["设立法官工作站", "街道法官工作站", "社区法官工作站"]),
        ("组织5批次260余名执法人员旁听庭审。", ["组织执法人员旁听庭审", "组织执法人员旁听庭审"]),
        ("受理刑事案件312件/438人。", ["受理刑事案件", "受理刑事案件"]),
        ("平均调解时长12.5天，比诉讼程序少用31天。", ["平均调解时长", "平均调解时长比诉讼程序少用"]),
        ("共受理案件805件，其中2022年356件，2023年449件。", ["受理案件", "2022年受理案件", "2023年受理案件"]),
        ("2022年、2023年分别受理245件、362件。", ["2022年受理案件", "2023年受理案件"]),
        ("行政案件从2018年的1200件增加到2022年的2560件。", ["行政案件", "行政案件"]),
        # asides
        ("受理4913件（含旧存122件），同比下降5.6%。", ["受理案件", "旧存案件", "受理案件同比下降"]),
        ("电子送达3.4万人次，刑事案件收案486件。", ["电子送达", "刑事案件收案"]),
        ("审（执）结59.43万件，审、执结4795件。", ["审执结案件", "审执结案件"]),
        ("法官46名，书记员52名，共计98人。", ["法官", "书记员", "共计"]),
    ],
)
def test_a_figure_counts_what_a_reader_says_it_counts(vocabulary: Vocabulary, text: str, expected: list[str]):
    assert labels(vocabulary, text) == expected


@pytest.mark.parametrize(
    ("text", "change", "reference"),
    [
        ("结案率95%，同比提高1.2个百分点。", "提高", "同比"),
        ("收案3000件，比上年同期减少99件。", "减少", "比上年同期"),
        ("结案率37.52%，上升5.39个百分点。", "上升", ""),
        ("败诉率12.3%，高于全省平均2.1个百分点。", "高", "较全省平均"),
        ("平均审理周期18.5天，较普通程序缩短35天。", "缩短", "较普通程序"),
        ("收结案数同上一个五年相比分别升高44.05%、67.15%。", "升高", "同上一个五年相比"),
    ],
)
def test_a_change_says_its_direction_and_against_what(vocabulary: Vocabulary, text: str, change: str, reference: str):
    last = figures(vocabulary, text)[-1]

    assert (last.change, last.reference) == (change, reference)


def test_a_level_that_was_raised_to_is_no_change(vocabulary: Vocabulary):
    (figure,) = figures(vocabulary, "一审服判息诉率提高到89.7%。")

    assert (figure.label, figure.change) == ("一审服判息诉率", "")


@pytest.mark.parametrize(
    ("text", "scopes"),
    [
        ("受理案件100件，结案率98%。", ["result", "result"]),
        ("人民群众满意度达到85%以上方面，我院做好了工作。", ["target"]),
        ("每年应当举办2期以上讲座，至少组织1次旁听。", ["target", "target"]),
        ("力争结案率达到98%，发改率不高于1%。", ["target", "target"]),
        ("进一步提高出庭应诉率，确保达到95%以上。", ["target"]),
        ("物业纠纷从年均1000件以上，到目前仅178件。", ["previous", "result"]),
        ("收案数由8432件下降至7615件。", ["previous", "result"]),
        ("新收1170件，比同期1269件减少99件。", ["result", "previous", "result"]),
        ("败诉率由2022年的12.3%下降到8.6%。", ["previous", "result"]),
        ("2021年、2022年、2023年分别受理210件、245件、362件。", ["previous", "previous", "result"]),
        ("截止12月15日，新收案件16742件，结案15629件。", ["period", "period"]),
        ("2022年1-9月受理1372件；审结1100件。审结率高。", ["period", "period"]),
        ("2019年至2023年受理8123件；2023年受理1523件，比2022年的1687件少。", ["period", "result", "previous"]),
        ("近三年来，审结涉企案件3000余件。", ["period"]),
        ("判处五年以上有期徒刑186人。", ["result"]),
        ("一起企业间欠款纠纷涉及20余万元，经调解履行。", ["other"]),
        ("全省法院受理112.6万件，我院受理6800件。", ["other", "result"]),
        ("下一步，将开展普法活动12次。", ["plan"]),
        ("应当出庭的案件655件，出庭642件。", ["result", "result"]),
        ("去年一年开展巡回审判201次，去年同期180次。", ["result", "previous"]),
        ("2023年服判息诉率89.6%，2022年为87.3%。", ["result", "previous"]),
        ("2021年受理187件（2020年为203件）。", ["result", "previous"]),
        ("败诉率从2021年的15.3%降为2022年的12.8%，再降至2023年的9.6%。", ["previous", "previous", "result"]),
        ("出庭率升至2022年的96.8%，为2023年的工作打下基础。", ["result"]),
        ("市检察院发出检察建议36份，我院发出司法建议18份。", ["other", "result"]),
        ("2022—2023年，分别受理312件、356件。", ["previous", "result"]),
        ("每月组织学习2次，全年24次。", ["target", "result"]),
        ("起诉50件以上的有4家。", ["other", "result"]),
        ("保持95%以上的结案率，有2个法庭获奖。", ["result", "result"]),
        ("县公安局移送案件301件，抓获嫌疑人89人。", ["other", "other"]),
        ("县检察院提起公诉的案件213件，我院审结198件。", ["other", "result"]),
        ("受理检察机关提起公诉的案件213件。", ["result"]),
        ("与检察院、公安局召开联席会议3次，向公安机关移送线索12条。", ["result", "result"]),
        ("全省平均结案率95.2%，我院97.8%。", ["other", "result"]),
        ("“一张卡换来的500元，代价太大了。”她说。", ["other"]),
        ("开展“法治护航行动，审结案件20件，打造“枫桥”法庭3个。", ["result", "result"]),
        ("被告人李某因诈骗罪被判刑，并处罚金5万元。", ["other"]),
        ("判处被告人131人，并处罚金412万元。", ["result", "result"]),
    ],
)
def test_a_figure_says_whose_result_it_is(vocabulary: Vocabulary, text: str, scopes: list[str]):
    assert [figure.scope for figure in figures(vocabulary, text)] == scopes


def test_what_stands_in_next_years_part_is_a_plan(vocabulary: Vocabulary):
    text = "三、下一步打算\n开展普法活动12次。"
    section = Section("heading", 1, "三、下一步打算", 0, len(text))
    article = Article(1, "", text, (Line("heading", 0, 7), Line("para", 8, len(text))), (section,), ((0, 1),))

    assert [figure.scope for figure in figures_of(with_parts(article), vocabulary)] == ["plan"]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (
            "新收诉前调解案件774件，调解成功736件，调解成功率95.09%。",
            ["诉前调解案件数", "诉前调解成功", "诉前调解成功率"],
        ),
        ("成功调解案件2988件。", [None]),
        ("受理案件100件，审结60件，执结30件，审执结90件，结案90件。", ["受理", "审结", "执结", "审执结", "结案"]),
        ("发出司法建议3份，制发司法建议8篇，提出司法建议5条。", ["司法建议"] * 3),
        ("受理和审执结49157件。", [None]),
        ("接听12368热线和网上立案、法律咨询1万余人次。", [None]),
        ("行政机关负责人出庭应诉率为100%，平均审理天数27.7天。", ["行政机关负责人出庭应诉率", "平均审理天数"]),
        ("邀请书法家12名。", [None]),
        ("办理代表建议12件，办结率100%。", ["建议提案办理", None]),
        ("办理检察建议5件，不予受理案件12件。", [None, None]),
        ("员额法官46名，法官助理38名。", ["员额法官人数", "法官助理人数"]),
    ],
)
def test_a_figure_is_of_the_kind_that_its_words_name(vocabulary: Vocabulary, text: str, kinds: list[str | None]):
    assert [figure.indicator for figure in figures(vocabulary, text)] == kinds


def test_only_a_whole_kind_in_its_own_words_is_very_sure(vocabulary: Vocabulary):
    whole, narrower, period = figures(
        vocabulary, "审结案件962件。审结环境资源案件76件。", "截至11月底，审结案件900件。"
    )

    assert whole.sure >= 0.9 > narrower.sure
    assert period.sure < 0.9


@pytest.mark.parametrize(
    "text",
    [
        "速裁快审团队受案1343件，审结案件1318件，结案率98.14%。",
        "派驻古城办案团队受案170件，结案166件。平均审理天数15.64天，其中合议庭服判息诉率94.58%。",
        "受理行政案件44件，审结案件10件，结案率22.73%。",
        "民事2129件，结案1030件，结案率48.38%。",
    ],
)
def test_what_a_team_or_one_sort_of_cases_came_to_is_not_surely_the_court_s(vocabulary: Vocabulary, text: str):
    general = {"审结", "结案", "结案率", "服判息诉率"}

    assert [figure.sure < 0.9 for figure in figures(vocabulary, text) if figure.indicator in general] != []
    assert all(figure.sure < 0.9 for figure in figures(vocabulary, text) if figure.indicator in general)


def test_the_court_s_own_stay_sure_beside_those_of_its_parts(vocabulary: Vocabulary):
    text = "受理案件3299件，审执结案件3226件，结案率97.79%；受理行政案件44件，行政机关负责人出庭应诉率100%。"

    assert {figure.indicator for figure in figures(vocabulary, text) if figure.sure >= 0.9} == {
        "受理",
        "审执结",
        "结案率",
        "行政案件受理",
        "行政机关负责人出庭应诉率",
    }


def test_the_sentence_and_the_words_of_a_figure_are_found_in_the_text(vocabulary: Vocabulary):
    article = article_of([("para", "甲。接 听 1 万余人次，网上立案2,807件；乙。")])
    first, second = figures_of(article, vocabulary)

    assert article.text[first.start : first.end] == "接 听 1 万余人次，网上立案2,807件；"
    assert (article.text[first.at : first.until], article.text[second.at : second.until]) == ("1 万余人次", "2,807件")
    assert (first.value, first.step, first.exactness) == (Decimal(10000), Decimal(10000), "余")


def test_captions_and_bylines_hold_no_figures(vocabulary: Vocabulary):
    article = article_of([("para", "召开会议3次。"), ("caption", "普法5次现场。张三 摄")])

    assert [figure.value for figure in figures_of(article, vocabulary)] == [Decimal(3)]


def test_traditional_characters_with_their_pronunciation_are_read(vocabulary: Vocabulary):
    (figure,) = figures(vocabulary, "審執(zhí)結(jié)69.2萬件。")

    assert (figure.label, figure.value, figure.indicator) == ("审执结案件", Decimal(692000), "审执结")


def test_a_text_that_never_ends_a_sentence_is_read_to_its_end(vocabulary: Vocabulary):
    assert figures(vocabulary, "1" * 50_000) == []
    assert figures(vocabulary, "一" * 50_000) == []
    assert len(figures(vocabulary, "审结1件" * 3_000)) == 3_000


def test_what_has_grown_is_looked_for_two_hundred_amounts_back(vocabulary: Vocabulary):
    names = [f"{first}{second}县" for first in "甲乙丙丁戊己庚辛" for second in "东南西北中上下左右前"]
    amounts = "、".join(f"{number}件" for number in range(100, 180))
    shares = "、".join(f"{number}%" for number in range(1, 81))

    said = labels(vocabulary, f"{'、'.join(names)}受理{amounts}，同比分别上升{shares}。")

    assert said[0] == "甲东县受理案件"
    assert said[80:] == [f"{label}同比上升" for label in said[:80]]


def test_of_a_line_of_eight_thousand_figures_all_are_found(vocabulary: Vocabulary):
    numbers = range(1000, 5000)
    amounts = "、".join(f"{number}件" for number in numbers)
    shares = "、".join(f"{number / 100}%" for number in numbers)

    found = figures(vocabulary, f"刑事、民事、行政案件分别为{amounts}，同比分别上升{shares}。")

    assert [figure.value for figure in found[:2]] == [Decimal(1000), Decimal(1001)]
    assert len(found) == 8000

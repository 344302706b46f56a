"""amounts_in: a number with its unit, multiplied out; what is no amount is not taken for one."""

from decimal import Decimal

import pytest

from reports.ingestion.recognise.numbers import amounts_in, numeral_value

AMOUNTS = [
    ("网上立案2,807件", "2807", "件", ""),
    ("咨询1万余人次", "10000", "人次", "余"),
    ("转发4.9万余次", "49000", "次", "余"),
    ("普法宣传近62余次", "62", "次", "近…余"),
    ("旁听共计百余人次", "100", "人次", "余"),
    ("邀请四名俄罗斯族人民调解员", "4", "名", ""),
    ("涉案160余亿元", "16000000000", "元", "余"),
    ("740余万元用于修复", "7400000", "元", "余"),
    ("清偿债权超1.4亿元", "140000000", "元", "超"),
    ("和解金额约565万元", "5650000", "元", "约"),
    ("年均接待300余件（次）", "300", "件次", "余"),
    ("人均办案100多件", "100", "件", "多"),
    ("每年受理3000件左右", "3000", "件", "左右"),
    ("满意度达95%以上", "95", "%", "以上"),
    ("结案率97.79％", "97.79", "%", ""),
    ("占比83.20%", "83.20", "%", ""),
    ("提高5.39个百分点", "5.39", "个百分点", ""),
    ("提高5.39百分点", "5.39", "个百分点", ""),
    ("办结率百分之九十五点六", "95.6", "%", ""),
    ("名列第25名", "25", "名", ""),
    ("排名全市法院系统第二位", "2", "位", ""),
    ("平均审理天数27.7天", "27.7", "天", ""),
    ("培训干警一百二十余人次", "120", "人次", "余"),
    ("化解纠纷二百零五件", "205", "件", ""),
    ("全年受理案件两万三千件", "23000", "件", ""),
    ("受理二十一万三千五百余人次", "213500", "人次", "余"),
    ("审结一万二件", "12000", "件", ""),
    ("审结一万零二件", "10002", "件", ""),
    ("涉案三亿五千万元", "350000000", "元", ""),
    ("标的一亿二千三百万元", "123000000", "元", ""),
    ("发放资料万余份", "10000", "份", "余"),
    ("参与群众上千人", "1000", "人", "上"),
    ("开展活动近百场", "100", "场", "近"),
    ("三万余人次观看", "30000", "人次", "余"),
    ("市级以上媒体20余篇", "20", "篇", "余"),
    ("辖区人口22万，", "220000", "", ""),
    ("同比增长近三成，", "30", "%", "近"),
    ("七成以上案件在诉前化解", "70", "%", "以上"),
]


@pytest.mark.parametrize(("text", "value", "unit", "exactness"), AMOUNTS)
def test_an_amount_is_read_with_its_unit_and_its_exactness(text: str, value: str, unit: str, exactness: str):
    (amount,) = amounts_in(text)

    assert (f"{amount.value:f}", amount.unit, amount.exactness) == (value, unit, exactness)


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("收结169件257人", ["169件", "257人"]),
        ("分别为107件、268件、638件", ["107件", "268件", "638件"]),
        ("分别审结107、268、638件", ["107件", "268件", "638件"]),
        ("其中男444，女140人", ["444人", "140人"]),
        ("受理2.8万件，办结2.4万件", ["28000件", "24000件"]),
        ("于2023.5.6、2023.5.7、7次巡回审判", ["7次"]),
        ("案号9999999999999999999999999999999999999999、7件", ["7件"]),
    ],
)
def test_every_amount_of_a_row_has_its_unit(text: str, amounts: list[str]):
    assert [f"{amount.value}{amount.unit}" for amount in amounts_in(text)] == amounts


@pytest.mark.parametrize(
    "text",
    [
        *("发挥“1+1＞2”的效果", "拨打12368热线", "引入“10102368”专线", "“12·4”国家宪法日", "“八五”普法规划", "—4—"),
        *("2023年以来", "截至12月15日", "1-9月", "近六年", "提前2个月完成", "新建24小时自助诉服中心", "第25名干警"),
        *("实行“1＋1＋N”联席会议", "“百名法官进百企”活动", "坚持3个“半小时”学习制度", "把两件大事作为任务"),
        *(
            "狠抓“三个规定”",
            "一起非法采矿案件",
            "四个基层法庭",
            "第十七届人民代表大会第三次会议",
            "数百名群众",
            "二次分流",
        ),
        *(
            "约占全省的1/4",
            "20-30件",
            "《关于办理100件实事的意见》",
            "“十四五”规划",
            "五级联动",
            "六稳六保",
            "两级法院",
        ),
        *("110、119、120、122等紧急热线", "“一个案件、一名领导、一套班子，一个方案”", "全国首份", "《民法典》第1000条"),
        "排名全省第9999999999999999999999999999999999999999名",
    ],
)
def test_a_number_that_counts_nothing_is_no_amount(text: str):
    assert amounts_in(text) == []


def test_the_words_of_an_amount_and_its_last_printed_place_are_known():
    (amount,) = amounts_in("全市法院受理约25.4万件。")

    assert (amount.start, amount.end, amount.step) == (6, 13, Decimal(1000))


def test_a_year_in_a_title_and_a_figure_behind_it_are_told_apart():
    assert [amount.unit for amount in amounts_in("《2023年10件典型案例》发布2次")] == ["次"]


@pytest.mark.parametrize(("numeral", "value"), [("十", 10), ("二十", 20), ("一百零五", 105), ("三千二百一十", 3210)])
def test_chinese_numerals_have_their_value(numeral: str, value: int):
    assert numeral_value(numeral) == value


def test_a_row_of_numerals_is_no_number():
    assert numeral_value("十四五") is None


def test_a_number_larger_than_any_court_counts_is_no_amount():
    (amount,) = amounts_in("受理案件999999999999千万亿件，结案9千亿件")

    assert (amount.value, amount.unit) == (Decimal(900_000_000_000), "件")

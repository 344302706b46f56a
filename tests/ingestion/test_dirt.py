"""What was done to a text before it came: undone where that is certain, else told."""

import pytest

from reports.ingestion.clean import clean
from reports.ingestion.shapes import Page, Pages, Text

from .gold import SAMPLES, sample_bytes

PARAGRAPHS = [
    "2023年以来，甲县人民法院认真履行审判职责，支持行政机关依法行政，推动法治政府建设取得新的成效。",
    "全年受理行政诉讼案件38件，审结36件，向行政机关发出司法建议3份，行政机关负责人出庭应诉率为100%。",
    "深化府院联动机制，与县政府召开联席会议2次，就行政争议实质性化解达成共识，并形成会议纪要。",
]
TITLE = "甲县人民法院2023年法治政府建设年度报告"
WHOLE = "\n".join([TITLE, *PARAGRAPHS])


def cleaned(text: str) -> Text:
    return clean(Pages("txt", (Page(1, text),)))


def lines(text: Text) -> list[str]:
    return [line.text for line in text.lines]


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_text_that_nothing_was_done_to_is_left_alone(sample):
    assert cleaned(sample_bytes(sample).decode()).notices == ()


TRANSCODED = "文字曾被错误转码成乱码，已还原，请对照原件核对。"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda line: "".join(chr(byte) for byte in line.encode()),
        lambda line: "".join(chr(byte) for byte in line.encode("gb18030")),
        lambda line: (line if len(line.encode()) % 2 == 0 else line + "。").encode().decode("gb18030", "replace"),
    ],
    ids=["UTF-8 as Latin", "GBK as Latin", "UTF-8 as GBK"],
)
def test_text_that_was_read_in_the_wrong_encoding_is_read_again(spoil):
    text = cleaned("\n".join(spoil(line) for line in WHOLE.split("\n")))

    assert text.notices[0] == TRANSCODED
    assert lines(text)[0][:8] == TITLE[:8]
    whole = "".join(lines(text))
    assert sum(character not in whole for character in WHOLE) <= 0.05 * len(WHOLE)


def test_lines_too_short_to_tell_by_themselves_are_read_as_the_others_are():
    spoilt = "\n".join(line.encode().decode("latin-1") for line in [TITLE, "崔苍竹", *PARAGRAPHS])

    assert lines(cleaned(spoilt)) == [TITLE, "崔苍竹", *PARAGRAPHS]


def test_characters_that_are_lost_are_counted_and_told():
    text = cleaned(WHOLE + "\n锟斤拷锟斤拷本院\ufffd\ufffd。")

    assert text.notices == ("文中有 3 处乱码（“锟斤拷”或“�”一类），原来的字已经丢失，请找到更早的原件重新上传。",)


@pytest.mark.parametrize(
    "gloss",
    [
        lambda character: f"{character}（fǎ）",
        lambda character: f"{character}(fa)",
        lambda character: f"{character} fǎ ",
        lambda character: f"{character}yuàn",
    ],
)
def test_pinyin_after_every_character_is_taken_out_and_told(gloss):
    glossed = "".join(gloss(character) if "\u4e00" <= character <= "\u9fff" else character for character in WHOLE)
    text = cleaned(glossed)

    assert lines(text) == [TITLE, *PARAGRAPHS]
    assert len(text.notices) == 1
    assert text.notices[0].startswith("文字带有注音（")


def test_syllables_without_a_tone_are_glosses_too_and_letters_for_a_name_are_none():
    line = "XX市法院的审判工作取得了成效。"
    tones = dict(
        zip(
            "市法院的审判工作取得了成效",
            ["shì", "fǎ", "yuàn", "de", "shěn", "pàn", "gōng", "zuò", "qǔ", "dé", "le", "chéng", "xiào"],
            strict=True,
        )
    )
    glossed = "".join(character + tones.get(character, "") for character in line)

    assert lines(cleaned(glossed)) == [line]


def test_the_other_form_of_a_character_in_brackets_after_it_is_taken_out_and_told():
    pairs = {"县": "縣", "审": "審", "职": "職", "设": "設"}
    text = cleaned(
        "".join(f"{character}（{pairs[character]}）" if character in pairs else character for character in WHOLE)
    )

    assert lines(text) == [TITLE, *PARAGRAPHS]
    assert text.notices == ("有 8 个字后面括注了同一个字的繁体或简体，已略去括注。",)


def test_brackets_that_say_something_stay():
    said = "本院（以下简称我院）有员额法官（男）（女）12人，引入外资（FDI）和企业资源计划（ERP）系统，诉讼费（元）按规定收取。"

    assert lines(cleaned(said)) == [said]


FURNITURE = [
    "首页 新闻中心 法院概况 诉讼服务 联系我们",
    "当前位置：首页 > 政务公开 > 法治政府建设年度报告",
    "首页 > 信息公开",
    "【字体：大 中 小】",
    "打印本页 关闭窗口",
    "分享到：微信 微博",
    "扫一扫在手机打开当前页",
    "上一篇：甲县人民法院召开党组会议",
    "下一篇：没有了",
    "相关链接：",
    "浏览次数：128",
    "主办：甲县人民法院　网站标识码：1234567890　公安备案",
    "版权所有：甲县人民法院 京ICP备12345678号",
    "Copyright © 2023 All Rights Reserved",
    "扫一扫，分享到朋友圈",
    "扫码关注公众号",
    "用微信扫描二维码分享至好友和朋友圈",
]


@pytest.mark.parametrize("line", FURNITURE)
def test_what_a_site_puts_around_an_article_is_taken_out_and_told(line):
    text = cleaned(f"{TITLE}\n" + "\n".join(PARAGRAPHS[:2]) + f"\n{line}\n" + PARAGRAPHS[2])

    assert lines(text) == [TITLE, *PARAGRAPHS]
    assert text.notices == ("已略去网页上与正文无关的 1 行（导航、分享、版权等）。",)


def test_of_a_line_that_says_when_it_was_published_only_the_counters_go():
    text = cleaned(
        f"{TITLE}\n发布时间：2024-01-15 09:30　来源：市法院　浏览次数：128　【字体：大 中 小】\n"
        + "\n".join(PARAGRAPHS)
    )

    assert lines(text)[1] == "发布时间：2024-01-15 09:30来源：市法院"


def test_a_line_made_to_be_read_in_many_ways_is_kept():
    hostile = "来源：" + "甲信息来源：" * 60 + "；" * 60 + "！："

    text = cleaned("\n".join(["首页 > 法院要闻 > 正文", TITLE, *PARAGRAPHS, hostile, "打印本页", "关闭窗口"]))

    assert any("甲信息来源" in line for line in lines(text))


def test_what_a_copied_page_says_of_itself_is_told_and_not_mixed_into_the_text():
    imprint = "发布时间：2024-01-15 09:30 来源：市法院 作者：张三"
    text = cleaned(
        "\n".join(["首页 > 法院要闻 > 正文", TITLE, imprint, *PARAGRAPHS, "责任编辑：李四", "打印本页", "关闭窗口"])
    )

    assert lines(text) == [TITLE, *PARAGRAPHS]
    assert text.notices == (
        "已略去网页上与正文无关的 3 行（导航、分享、版权等）。",
        f"网页注明：{imprint}；责任编辑：李四。",
    )


@pytest.mark.parametrize(
    "line",
    [
        "打印机和扫描仪全部联网，诉讼服务中心设置自助打印终端。",
        "主办：甲县人民法院",
        "分享经验做法，深化司法公开。",
        "二是上下联动，上一篇报道发出后反响良好。",
        "当前位置监控系统已经建成。",
        "信息化建设：全面推行自助打印裁判文书、线上收藏典型案例，关闭线下窗口两个，全年自助打印文书3万份。",
        "来源治理：关闭违法网站3个。",
    ],
)
def test_words_of_the_article_that_look_like_it_stay(line):
    assert line in lines(cleaned(f"{WHOLE}\n{line}"))


@pytest.mark.parametrize(
    "middle",
    [
        "扫码即可查询案件进展，实现诉讼事项一网通办、一次办好",
        "用微信小程序开庭，让当事人少跑腿，审理各类案件更快",
        "版权所有者的合法权益得到保护，审结各类知识产权案件",
        "未办理公安备案的企业收到司法建议，已经全部整改到位",
        "信息公开：打印、送达裁判文书，全部在诉讼服务中心办",
        "字号中小企业的名称得到有力保护，审结此类案件不断增多",
    ],
)
def test_a_line_broken_in_mid_sentence_that_looks_like_it_stays(middle):
    before, after = (
        "诉讼服务更加便民，当事人在家中只要拿起自己的手机",
        "，群众满意度达到98%，较上一年度有了很大的提高。",
    )

    assert middle in "".join(lines(cleaned(f"{TITLE}\n{before}\n{middle}\n{after}\n")))


@pytest.mark.parametrize(
    "buttons", ["【打印】【关闭】", "打印 关闭", "浏览次数：128 分享到：微信 微博", "收藏 打印本页"]
)
def test_of_a_line_that_says_when_it_was_published_the_buttons_go(buttons):
    assert lines(cleaned(f"{TITLE}\n发布时间：2024-01-15 来源：市法院 {buttons}\n{PARAGRAPHS[0]}"))[1] == (
        "发布时间：2024-01-15来源：市法院"
    )


@pytest.mark.parametrize("place", ["甲县", "XX"])
def test_a_name_in_the_place_of_the_courts_is_told(place):
    told = cleaned(
        (
            WHOLE
            + "\n甲县人民法院坚持司法为民，甲县人民法院深入推进审判执行，法官办案，裁判公正，庭审规范，立案诉讼便捷。"
            * 2
        )
        .replace("甲县", place)
        .replace("人民法院", "某某家园")
    )

    assert told.notices[0].startswith("通篇没有“人民法院”，应出现处写作“某某家园”（")
    assert "请找到原件核对" in told.notices[0]


def test_a_text_without_any_court_is_told_only_if_it_is_about_courts():
    words = "审判执行案件，诉讼立案，法官裁判，庭审公开，司法为民。" * 4

    assert cleaned(words).notices == (
        "通篇没有“法院”二字，却多处讲审判执行，可能是被替换过文字的转载，请找到原件核对。",
    )
    assert cleaned("市政府召开会议，研究部署经济工作，推动高质量发展。" * 4).notices == ()


def test_a_paragraph_right_after_itself_is_read_once_and_told():
    text = cleaned("\n".join([TITLE, PARAGRAPHS[0], PARAGRAPHS[0], *PARAGRAPHS[1:]]))

    assert lines(text) == [TITLE, *PARAGRAPHS]
    assert text.notices == ("有 1 段连续重复，已略去第二遍，请对照原件核对。",)


def test_a_text_right_after_itself_is_read_once_and_told():
    text = cleaned(f"{WHOLE}\n{WHOLE}")

    assert lines(text) == [TITLE, *PARAGRAPHS]
    assert text.notices == ("有 4 段连续重复，已略去第二遍，请对照原件核对。",)


def test_a_paragraph_that_stands_in_two_places_stays_in_both_and_is_told():
    text = cleaned("\n".join([TITLE, *PARAGRAPHS, PARAGRAPHS[0]]))

    assert lines(text) == [TITLE, *PARAGRAPHS, PARAGRAPHS[0]]
    assert text.notices == ("有 1 段在文中出现两次，未作改动，请对照原件核对。",)


def test_what_marks_a_quoted_letter_or_markdown_goes_and_is_told():
    quoted = "\n".join(f"> {line}" for line in WHOLE.split("\n"))
    marked = "\n\n".join([f"# {TITLE}", "## 一、工作", f"**{PARAGRAPHS[0]}**", *PARAGRAPHS[1:]])

    assert (lines(cleaned(quoted)), cleaned(quoted).notices) == ([TITLE, *PARAGRAPHS], ("每行前面的引用号“>”已略去。",))
    assert lines(cleaned(marked)) == [TITLE, "一、工作", *PARAGRAPHS]
    assert cleaned(marked).notices == ("文中的 Markdown 标记（# 和 **）已略去。",)


def test_one_sign_of_that_kind_is_left_alone():
    text = f"{WHOLE}\n> 以上，2**3，# 号楼。"

    assert (lines(cleaned(text))[-1], cleaned(text).notices) == ("> 以上，2**3，# 号楼。", ())


def test_characters_that_only_one_font_knows_stay_and_are_told_but_for_bullets():
    text = cleaned(f"{TITLE}\n\uf06c\u3000一是立案。\n二是由\ue5d2法官审理。")

    assert lines(text)[1:] == ["一是立案。", "二是由\ue5d2法官审理。"]
    assert text.notices == ("有 1 个字是造字或特殊字体里的字，离开原来的字体无法辨认，请对照原件补上。",)

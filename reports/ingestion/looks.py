"""What a line of a Chinese report looks like, judged from its own words alone.

`clean` asks in order to know which hard line ends to join, `split` in order to name what each line is.
"""

import re

from .han import HAN, is_han

NUMERAL = "一二三四五六七八九十"

_CLOSERS = "”’\"'）)》〉】』」"
_SENTENCE_ENDS = "。！？!?…"
# After these a list or the next item follows, but a sentence may also go on.
_CLAUSE_ENDS = "；;：:"

# What follows 第一 when it does not number a paragraph: 第一季度, 第一责任人, 第一时间 …
_ORDINAL_NOUNS = "季责时批次个名位期版轮类届方条款项人书线天年步阶站产师中号议审例件起家笔种级组"
_MORE_NUMERALS = f"{NUMERAL}百千零〇"
# 一、二审案件, 三、四级网格, 一、二、三季度 go on a count; they do not number a heading.
_COUNTED = rf"(?:[{NUMERAL}]{{1,3}}、)*[{NUMERAL}]{{1,3}}[审级类等届季期线批次]"
_NUMBERINGS = (
    (
        1,
        re.compile(rf"[{NUMERAL}]{{1,3}}、(?!{_COUNTED})|第[{NUMERAL}]{{1,3}}(?:部分|章|编)(?![{HAN}]{{0,3}}[，。])"),
    ),
    (2, re.compile(rf"[（(][{NUMERAL}]{{1,3}}[）)]|第[{NUMERAL}]{{1,3}}节")),
    (
        3,
        re.compile(
            rf"[{NUMERAL}]{{1,2}}[是要](?![{NUMERAL}])|第[{NUMERAL}]{{1,2}}+(?![{_MORE_NUMERALS}{_ORDINAL_NOUNS}部章编节]|大(?!力))"
            r"|\d{1,2}[.．](?!\d)|\d{1,2}、|[（(]\d{1,2}[）)]"
        ),
    ),
)
# 一是 at the start of a sentence. An item shorter than this shares its paragraph with the next.
_ITEM = re.compile(rf"(?:^|(?<=[{_SENTENCE_ENDS}；;]))[{NUMERAL}]{{1,2}}[是要]")
_SHORT_ITEM = 80
_END_OF_CONTENTS_LINE = re.compile(r"[.．·…]{3}\s*\d{1,4}$")
_LONGEST_END = 200

_COURT = rf"[{HAN}XＸ×某]{{2,25}}?(?:人民法院|法院|中院|高院)"
_COURT_LINE = re.compile(rf"({_COURT})\s*([:：]?)")
_NO_PLACE = (
    "最高",
    "自治区",
    "全省",
    "全市",
    "全区",
    "本市",
    "本省",
    "本区",
    "各级",
    "两级",
    "基层",
    "辖区",
    "上级",
    "市中级",
    "省高级",
)
_STARTS_WITH_COURT = re.compile(
    rf"[{HAN}]{{2,20}}?(?:(?:基层|中级|高级)?人民法院|(?:海事|知识产权|金融|互联网|铁路运输)法院)"
)

_DOCUMENT = re.compile(
    r"(?:报告|总结|白皮书|汇报|通报|述职|综述|要点|计划|方案|回眸|纪实|情况|介绍|公报)(?:[（(].{1,10}[）)])?"
)
_YEAR = re.compile(r"(?:19|20)\d\d\s*年?|[〇○零一二三四五六七八九]{4}年")

_LETTERHEAD = re.compile(rf"[{HAN}]{{2,25}}法院文件")
_CREDIT = rf"(?P<names>[{HAN}·]{{2,8}}(?:[\s、/／][{HAN}·]{{2,8}}){{0,3}})(?P<apart>\s*[/／]?\s*)(?:(?P<taken>摄影报道|摄影|摄)|供图|制图)"
_CREDIT_LINE = re.compile(rf"[（(]?{_CREDIT}[）)]?[。]?")
_SIGNED_CAPTION = re.compile(rf"(?:.{{0,150}}(?P<before>[。！？!?\s（(”]))?{_CREDIT}[）)。]?")
_CAPTION = re.compile(rf"(?:图为|图片为|(?:上|下|左|右|题)图(?:为|[:：])|图[{NUMERAL}\d]{{0,2}}[:：]).{{1,150}}")
_NOTE = re.compile(
    r"[（(【\[]?(?:本版.{0,12}(?:图片|照片|稿件)|打开.{1,8}新闻|您?(?:当前|现在)?的?位置[:：]|首页\s*[>＞»]|[^〔]{1,10}〔\d{4}〕\d{1,4}号$|扫一扫|分享到|打印本页|关闭窗口|版权所有"
    r"|(?:责任编辑|责编|编辑|编审|审核|校对|初审|复审|终审|美编|排版|供稿单位|供稿|来源|信息来源|稿源|文源|原标题|发布时间|发布日期|发布机构"
    r"|浏览次数|阅读次数|点击数|点击|字体|字号|版权|转载|注|备注|附件?\d?|抄送|主送)\s*[:：|｜丨/／【\[])[^。]{0,80}[。]?"
)
_CLOSING = re.compile("特此|专此|此致|请|敬请|恳请|谢谢|妥否|当否|以上|(?:报告|汇报)完毕")
_DATE = re.compile(
    rf"[（(]?(?:(?:19|20)\d\d年\d{{1,2}}月(?:\d{{1,2}}日)?|[〇○零{NUMERAL}]{{4}}年[{NUMERAL}]{{1,2}}月[{NUMERAL}]{{1,3}}日)[）)]?"
)
_BYLINE = re.compile(
    rf"[（(]?[□■◇◆○●◎☆★\s]*(?:[{HAN}]{{2,4}}[\s●·]+)?(?:本报|本网|本刊|本院|[{HAN}]{{2,6}}[报网台社])?(?:特约|实习|见习|全媒体)?"
    rf"(?:首席)?(?:记者|通讯员|撰稿|作者|供稿|文/图|图/文|文图|文|图)[:：\s●○·/／|]+[{HAN}\s●○·、/／|:：]{{2,40}}[）)]?"
    rf"|[{HAN}]{{2,30}}(?:院长|党组书记)[\s:：]+[{HAN}]{{2,4}}(?:\s[{HAN}])?"
)
_BULLETED = re.compile(r"[□■◇◆○●◎☆★]\s*(.{2,20})")
_SUBTITLE = re.compile(r"(?:[—–─－-]{1,4}|[（(]).{2,60}|.{0,30}在.{4,40}(?:会议|大会)上(?:的.{2,10})?")

_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范"
    "方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦"
    "申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁"
    "柯阮桂闵解强丘华车冉房边辜吉饶刁瞿戚古米池滕晋苑邬臧畅宫来苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢"
    "冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺"
)
_DOUBLE_SURNAMES = ("欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯")
# Words that begin with a surname, too.
_NO_NAME = re.compile(
    "白皮书|方案|计划|纪要|简报|要点|总结|简介|简讯|公报|通报|汇报|报告|全文|安排|任务|成效|成果|程序|何为|司法|法治|和解"
)
_NAMES = re.compile(rf"[{HAN}]{{2,4}}(?:[\s、][{HAN}]{{2,4}}){{0,3}}")

LONGEST_HEAD = 40


def numerals() -> list[str]:
    """一 to 九十九."""
    ones, tens = NUMERAL[:9], ("", "十", *(f"{ten}十" for ten in NUMERAL[1:9]))
    return [ten + one for ten in tens for one in ("", *ones) if ten + one]


def ends_sentence(text: str) -> bool:
    """Whether a sentence ends here, inside quotation marks or brackets too."""
    return text.rstrip(_CLOSERS)[-1:] in _SENTENCE_ENDS and bool(text.rstrip(_CLOSERS))


def ends_clause(text: str) -> bool:
    """Whether it stops at a colon or semicolon, after which a list or the next item may follow."""
    return text[-1:] in _CLAUSE_ENDS and bool(text)


def sentences(text: str) -> int:
    """How many sentences end in the text."""
    return len(re.findall(rf"[{_SENTENCE_ENDS}]+", text))


def numbering(text: str) -> int | None:
    """The level that printed numbering at the start gives: 一、 1; （一） 2; 一是, 第一, 1. 3."""
    for level, pattern in _NUMBERINGS:
        if pattern.match(text) and not is_contents_line(text):
            return level
    return None


def is_contents_line(text: str) -> bool:
    """一、基本情况……12."""
    return bool(_END_OF_CONTENTS_LINE.search(text[-_LONGEST_END:]))


def could_be_head(text: str) -> bool:
    """Short, of one piece and without a stop: a title, a heading, or the beginning of something longer."""
    return (
        len(text) <= LONGEST_HEAD
        and sum(is_han(character) for character in text) >= 2
        and not re.search(r"[。！？!?；;]", text[1:])
        and text[-1] not in "，,、：:"
        and text[0] not in "，,、。；;：:）)》”"
        and not _ITEM.match(text)
    )


def is_two_part(text: str) -> bool:
    """A space between two phrases, as newspapers write their heads: 锚定目标 提升依法行政水平."""
    return bool(re.search(rf"(?<=[{HAN}”》]) (?=[{HAN}“《])", re.sub(r"“[^”]*”", "”", text)))


def is_caption(text: str) -> bool:
    """A picture's caption: it says so (图为 …) or ends with the photographer's name."""
    if len(text) > 160:
        return False
    signed = _SIGNED_CAPTION.fullmatch(text)
    return bool(_CAPTION.fullmatch(text)) or (
        signed is not None and ((signed["before"] or "”") not in "（(”" or names_a_person(signed))
    )


def is_credit(text: str) -> bool:
    """The photographer's name alone, the end of a caption: 崔苍竹 摄."""
    credit = _CREDIT_LINE.fullmatch(text)
    return credit is not None and names_a_person(credit)


def names_a_person(credit: re.Match[str]) -> bool:
    """组织干警参加摄影 is no credit: what stands close to 摄 must be names. Offices send in pictures, too."""
    if credit["apart"] or not credit["taken"]:
        return True
    return all(is_name(name) for name in re.split(r"[\s、/／]", credit["names"]))


def is_short_sentence(text: str) -> bool:
    """One short sentence without figures, as captions are; alone it proves nothing. 特此报告。 closes a document."""
    short = len(text) <= 30 and bool(re.fullmatch(r"[^。！？!?，,；;：:\d]{4,}。", text))
    return short and numbering(text) is None and not _CLOSING.match(text)


def is_note(text: str) -> bool:
    """What the publisher adds around an article: 本版图片为资料图片, 责任编辑 …, a line of contents."""
    return len(text) <= 100 and bool(_NOTE.fullmatch(text) or is_contents_line(text))


def is_byline(text: str) -> bool:
    """Who wrote it, or when: 本报通讯员●…, 记者 …, 院长 …, a date on a line of its own. Not a bare name."""
    bulleted = _BULLETED.fullmatch(text)
    return bool(_BYLINE.fullmatch(text) or is_date(text) or (bulleted and is_name(bulleted[1])))


def is_date(text: str) -> bool:
    """A date on a line of its own."""
    return bool(_DATE.fullmatch(text))


def is_name(text: str) -> bool:
    """One to four personal names and nothing else. Only where a byline may stand does it mean one."""

    def one(name: str) -> bool:
        return (name[0] in _SURNAMES and len(name) <= 3) or (name[:2] in _DOUBLE_SURNAMES and len(name) > 2)

    if not _NAMES.fullmatch(text) or _NO_NAME.search(text):
        return False
    return all(one(name) for name in re.split(r"[\s、]", text))


def is_subtitle(text: str) -> bool:
    """——…, （…） or 在 …会议上, under a title."""
    return len(text) <= 70 and not ends_sentence(text) and bool(_SUBTITLE.fullmatch(text))


def is_document_name(text: str) -> bool:
    """It ends like the name of a document: 报告, 总结, 白皮书 …"""
    if not could_be_head(text) or re.search(r"[，,]", text) or numbering(text):
        return False
    return bool(_DOCUMENT.search(text))


def is_dated_report_of_a_court(text: str) -> bool:
    """A document's name with a court and a year in it: enough to begin another report in the same file."""
    return is_document_name(text) and "法院" in text and bool(_YEAR.search(text))


def run_on_items(text: str) -> bool:
    """Whether 一是 … 二是 … stand in one paragraph: it holds two items already, or a short first one."""
    items = [match.start() for match in _ITEM.finditer(text)]
    return len(items) > 1 or (len(items) == 1 and items[0] == 0 and len(text) < _SHORT_ITEM)


def court_line(text: str) -> tuple[str, bool] | None:
    """A court's name alone on its line: the name, and whether a colon follows it as in newspapers."""
    match = _COURT_LINE.fullmatch(text)
    return (match[1], bool(match[2])) if match else None


def is_letterhead(text: str) -> bool:
    """The red head of an official document: 东营区人民法院文件."""
    return bool(_LETTERHEAD.fullmatch(text))


def leading_court(text: str) -> str | None:
    """The full name of a court with which the text begins; 市中级人民法院 and 最高人民法院 name no place."""
    match = _STARTS_WITH_COURT.match(text)
    return match[0] if match and not match[0].startswith(_NO_PLACE) else None

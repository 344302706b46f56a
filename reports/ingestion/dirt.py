"""What was done to a text before it came to us: undone where that is certain, else told.

Wrong transcodings, glosses after every character, a site's own words around the article, names replaced by others,
paragraphs that stand twice. Each step takes the pages' texts and gives them back with what a reviewer must know.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace

from reports.simplified import simplified

from .han import HAN, common_share, is_han
from .shapes import CleanLine, Pages

Texts = list[str]
Told = list[str]


def without_dirt(pages: Pages) -> tuple[Pages, Told]:
    texts, told = [page.text for page in pages.pages], []
    for step in (
        *(transcoded_back, without_marks, without_glosses, without_furniture),
        *(with_replaced_names_told, with_private_characters_told),
    ):
        texts, notices = step(texts)
        told += notices
    return replace(
        pages, pages=tuple(replace(page, text=text) for page, text in zip(pages.pages, texts, strict=True))
    ), told


# --- wrong transcodings -----------------------------------------------------------------------------------------------

_LOST = re.compile(r"锟斤拷|烫烫烫|屯屯屯|\ufffd+")
_FEWEST_ODD = 4
_ORDINARY, _STRANGE = 0.45, 0.25


def transcoded_back(texts: Texts) -> tuple[Texts, Told]:
    """UTF-8 that was taken for GBK (娉曢櫌) or for Latin letters (æ³•é™¢), GBK that was taken for Latin (·¨Ôº)."""
    lines = [text.split("\n") for text in texts]
    ways = Counter(way for page in lines for line in page if (way := _way_back(line)))
    told = []
    if ways:
        told.append("文字曾被错误转码成乱码，已还原，请对照原件核对。")
        # What befell most lines befell the short ones too, which do not tell by themselves.
        (usual, _), *_ = ways.most_common(1)
        lines = [[_read_back(line, usual) for line in page] for page in lines]
    texts = ["\n".join(page) for page in lines]
    if lost := sum(len(_LOST.findall(text)) for text in texts):
        told.append(f"文中有 {lost} 处乱码（“锟斤拷”或“�”一类），原来的字已经丢失，请找到更早的原件重新上传。")
    return texts, told


Way = Callable[[str], str]


def _is_odd(line: str) -> bool:
    """Whether there is something in the line that is neither plain ASCII nor ordinary Chinese."""
    return not line.isascii() and common_share(line) <= _STRANGE


def _way_back(line: str) -> Way | None:
    """How an odd line that is long enough to tell makes ordinary Chinese."""
    if sum(not character.isascii() for character in line) < _FEWEST_ODD or not _is_odd(line):
        return None
    best = max((_as_gbk, _as_latin, _as_latin_gbk), key=lambda way: _quality(way(line)))
    reading = best(line)
    return best if _quality(reading) > _ORDINARY and sum(map(is_han, reading)) >= 2 else None


def _read_back(line: str, usual: Way) -> str:
    if way := _way_back(line):
        return way(line)
    reading = usual(line) if _is_odd(line) else ""
    return reading if reading and "\ufffd" not in reading else line


def _quality(line: str) -> float:
    return common_share(line) - 2 * line.count("\ufffd") / max(len(line), 1)


def _as_gbk(line: str) -> str:
    return line.encode("gb18030", "replace").decode("utf-8", "replace")


def _as_latin(line: str) -> str:
    return _latin_bytes(line).decode("utf-8", "replace")


def _as_latin_gbk(line: str) -> str:
    return _latin_bytes(line).decode("gb18030", "replace")


def _latin_bytes(line: str) -> bytes:
    """The bytes that Windows shows as these letters; b"" where it shows others."""
    found = bytearray()
    for character in line:
        try:
            found += character.encode("cp1252")
        except UnicodeEncodeError:
            if ord(character) > 0xFF:
                return b""
            found.append(ord(character))
    return bytes(found)


# --- signs of other programs ----------------------------------------------------------------------------------------

_QUOTED = re.compile(r"^(?:> ?)+", re.MULTILINE)
_MARKED_HEADING = re.compile(r"^#{1,6} +(.*?)(?: +#+)?$", re.MULTILINE)
_MARKED_BOLD = re.compile(r"\*\*(?=\S)([^*\n]{1,200}?)(?<=\S)\*\*|__(?=\S)([^_\n]{1,200}?)(?<=\S)__")
_NEARLY_EVERY = 0.9


def without_marks(texts: Texts) -> tuple[Texts, Told]:
    """Out: the > before the lines of a quoted letter, and what marks headings and bold type in Markdown."""
    told = []
    lines = [line for text in texts for line in text.split("\n") if line.strip()]
    if len(lines) > 1 and sum(line.startswith(">") for line in lines) >= _NEARLY_EVERY * len(lines):
        texts = [_QUOTED.sub("", text) for text in texts]
        told.append("每行前面的引用号“>”已略去。")
    marks = sum(len(_MARKED_HEADING.findall(text)) + len(_MARKED_BOLD.findall(text)) for text in texts)
    if marks > 1:
        texts = [_MARKED_BOLD.sub(r"\1\2", _MARKED_HEADING.sub(r"\1", text)) for text in texts]
        told.append("文中的 Markdown 标记（# 和 **）已略去。")
    return texts, told


_SYMBOL_FONT = re.compile("[\uf020-\uf0ff]")
_PRIVATE = re.compile("[\ue000-\uf01f\uf100-\uf8ff\U000f0000-\U0010fffd]")


def with_private_characters_told(texts: Texts) -> tuple[Texts, Told]:
    """Characters that mean something in one font only: bullets and arrows go, others, perhaps rare names, stay and are told."""
    texts = [_SYMBOL_FONT.sub("", text) for text in texts]
    if count := sum(len(_PRIVATE.findall(text)) for text in texts):
        return texts, [f"有 {count} 个字是造字或特殊字体里的字，离开原来的字体无法辨认，请对照原件补上。"]
    return texts, []


# --- glosses ----------------------------------------------------------------------------------------------------------

_TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ"
_LETTERS = f"a-zü{_TONED}"
_PINYIN_IN_BRACKETS = re.compile(rf"(?<=[{HAN}]) ?[（(\[【] ?[{_LETTERS}]{{1,6}}[1-5]? ?[）)\]】]", re.IGNORECASE)
# In small letters: XX县 is a name that was blotted out.
_PINYIN_BETWEEN = re.compile(rf"(?<=[{HAN}]) ?[A-Z]?[a-zü]*[{_TONED}{_TONED.upper()}][{_LETTERS}]{{0,5}} ?")
# 的, 了, 子, 们 and their like carry no tone: beside such a character, where the others have theirs, it is a gloss too.
_UNTONED = rf"(?<=[{HAN}]) ?(?:de|le|zhe|zi|men|ne|ma|ba|a|ya|wa|la|ge|guo|tou|me|li|shang|xia|bian|mian)(?![a-z]) ?"
_PINYIN_BETWEEN_UNTONED = re.compile(_UNTONED)
_HAN_IN_BRACKETS = re.compile(rf"([{HAN}])[（(\[【]([{HAN}])[）)\]】]")
_FEWEST_GLOSSES = 10
_FEWEST_PAIRS = 3
# Of all Han, how many have their pinyin beside them where it is a gloss and no abbreviation or foreign name.
_GLOSSED = 0.3


def without_glosses(texts: Texts) -> tuple[Texts, Told]:
    """Out: pinyin after every character, and the traditional form in brackets after the simplified one (or before)."""
    told = []
    han = sum(map(is_han, "".join(texts)))
    for pattern in (_PINYIN_IN_BRACKETS, _PINYIN_BETWEEN):
        count = sum(len(pattern.findall(text)) for text in texts)
        if count >= max(_FEWEST_GLOSSES, _GLOSSED * han):
            texts = [pattern.sub("", text) for text in texts]
            if pattern is _PINYIN_BETWEEN:
                texts = [_PINYIN_BETWEEN_UNTONED.sub("", text) for text in texts]
            told.append(f"文字带有注音（{count} 处拼音），已略去。")
    pairs = sum(_is_one_character(*match.groups()) for text in texts for match in _HAN_IN_BRACKETS.finditer(text))
    if pairs >= _FEWEST_PAIRS:
        texts = [_HAN_IN_BRACKETS.sub(_first_form, text) for text in texts]
        told.append(f"有 {pairs} 个字后面括注了同一个字的繁体或简体，已略去括注。")
    return texts, told


def _first_form(match: re.Match[str]) -> str:
    return match[1] if _is_one_character(match[1], match[2]) else match[0]


def _is_one_character(one: str, other: str) -> bool:
    return one == other or simplified(one) == simplified(other)


# --- furniture of web pages -------------------------------------------------------------------------------------------

_NAVIGATION = (
    "首页|网站首页|新闻中心|法院概况|法院简介|机构设置|审判公开|审判业务|诉讼服务|政务公开|司法公开|信息公开|队伍建设|法院文化|"
    "法学园地|联系我们|关于我们|网站地图|设为首页|加入收藏|无障碍阅读|长者模式|长者助手|登录|注册|搜索|简体|繁体|English|手机版|"
    "打印|打印本页|关闭|关闭窗口|关闭本页|返回|返回顶部|返回首页|回到顶部|收藏|分享|下载|评论|点赞|纠错|我要纠错"
)
_FURNITURE = re.compile(
    rf"(?:[【\[（(]?(?:{_NAVIGATION})[】\]）)]?[\s|｜·>＞»/－-]*){{2,}}"
    r"|[【\[（(]?(?:打印本页|关闭窗口|关闭本页|返回顶部|加入收藏|设为首页|网站地图|我要纠错)[】\]）)]?"
    r"|(?:您?(?:现在)?的?当前位置|您(?:现在)?(?:所在)?的?位置|您现在所在的位置|所在位置)(?:是)?[:：].*"
    r"|(?:网站)?首页\s*[>＞»›/→-]+.*"
    r"|[【\[（(]?\s*(?:选择)?字[体号](?:大小)?[:：]?\s*[【\[（(]?\s*大?[\s|]*特?大?[\s|]*中[\s|]*小(?!企).*"
    r"|(?:上|下)一(?:篇|条|页)(?:文章|新闻)?[:：].*|(?:没有了|已经是(?:第一|最后)[篇条])"
    r"|(?:分享到|分享至|一键分享)[^。，；]{0,40}|扫一扫"
    # 扫码即可查询案件进展 is what a court offers, and may stand at the beginning of a line that was broken.
    r"|(?:(?:使?用)?微信|(?:使?用)?手机)?(?:扫一扫|扫码|扫描)(?:上方|下方)?(?:二维码)?[，,：:\s]*(?:在|用|到)?(?:微信|手机)?[上端中]?"
    r"(?:打开|浏览|阅读|分享|关注)[^。，；、]{0,20}"
    r"|相关(?:阅读|链接|新闻|文章|附件|信息|推荐)[:：]?|热点?(?:推荐|新闻|文章)[:：]?|为您推荐|猜你喜欢"
    r"|(?:浏览|点击|阅读|访问)(?:次数|量|数|人数)?[:：]\s*\[?\d*\]?\s*次?"
    r"|.{0,40}(?:[A-Z\u4e00-\u9fff]ICP备|网站标识码|公网安备|公安备案(?:号|[:：])|版权所有(?![人者权])|Copyright|All Rights Reserved).{0,120}"
    r"|(?:联系|单位|办公)?地址[:：].{2,60}(?:邮编|邮政编码|电话|传真|邮箱)[:：].{0,60}|[-—–\s]*(?:END|完)[-—–\s]*"
    r"|(?:主办|承办|技术支持|网站维护|建议使用|本网站由)(?:单位)?[:：].{0,80}(?:网站|浏览器|分辨率|科技|公司|邮编|地址).{0,60}",
    re.IGNORECASE,
)
_LONGEST_FURNITURE = 200
# The same at the end of a line that says when and by whom it was published.
_PUBLISHED = re.compile(r"\s*(?:发布|发表|更新|日期|时间|来源|作者|信息|稿源|编辑|责任).{0,20}[:：]")
# Every line in one way only, or it takes for ever: 甲信息来源 is 甲 and 信息来源, never 甲信息 and 来源.
_IMPRINT = re.compile(
    r"(?:(?:(?:发布|发表|更新)(?:时间|日期)|(?<!发布)(?<!发表)(?<!更新)(?:时间|日期)"
    r"|(?:信息|文章|稿件)来源|(?<!信息)(?<!文章)(?<!稿件)来源|(?:责任|网站)编辑|(?<!责任)(?<!网站)编辑"
    r"|稿源|作者|责编|审核|发布(?:人|者|单位)|供稿)\s*[:：]"
    r"\s*[^\s:：|｜;；]{1,20}(?:\s+\d{1,2}[:：]\d\d(?:[:：]\d\d)?)?[\s|｜;；]*)+"
)
# Nothing that goes on like a sentence: 信息化水平提升：自助打印文书三万份，… begins like a line of that sort.
_TAIL = re.compile(
    r"[\s|｜]*(?:(?:(?:浏览|点击|阅读|访问)(?:次数|量|数|人数)?[:：]|[【\[（(]?\s*字[体号](?:大小)?[:：]|[【\[]\s*大\s*中\s*小\s*[】\]])[^。，；]*"
    rf"|(?:(?<![{HAN}])|(?=[【\[（(]))(?:[【\[（(]?\s*(?:打印|关闭|分享|收藏)(?:本页|窗口|到)?\s*[】\]）)]?[:：\s|｜]*(?:(?:微信|微博|QQ|空间|好友|朋友圈)[\s|｜、]*)*)+)$"
)


def without_furniture(texts: Texts) -> tuple[Texts, Told]:
    """Out: lines that belong to a web site and not to its article: navigation, font size, shares, footer."""
    removed, published = 0, []
    kept: Texts = []
    # What a page says of itself is no part of the article, where it can be seen that this was a page.
    is_copied = sum(bool(_FURNITURE.fullmatch(line.strip())) for text in texts for line in text.split("\n")) > 1
    for text in texts:
        lines = []
        for line in text.split("\n"):
            words = line.strip()
            if words and len(words) <= _LONGEST_FURNITURE and "。" not in words and _FURNITURE.fullmatch(words):
                removed += 1
                continue
            shown = _TAIL.sub("", line) if len(words) <= _LONGEST_FURNITURE and _PUBLISHED.match(line) else line
            if is_copied and _IMPRINT.fullmatch(shown.strip()):
                published.append(shown.strip())
                continue
            lines.append(shown)
        kept.append("\n".join(lines))
    told = [f"已略去网页上与正文无关的 {removed} 行（导航、分享、版权等）。"] if removed else []
    return kept, [*told, f"网页注明：{'；'.join(published)[:200]}。"] if published else told


# --- names that were replaced -----------------------------------------------------------------------------------------

_COURT_WORDS = re.compile(r"审判|立案|诉讼|法官|审结|庭审|裁判|司法|案件|执行")
_FEWEST_COURT_WORDS = 15
_FEWEST_NAMES = 3
# Where a place was blotted out, letters stand for it.
_OTHER_OFFICES = re.compile(r"政府|人大|政协|检察|公安|司法|委|局|院|法|党|各|政")
_AFTER_PLACE = re.compile(
    r"(?<=[市县区旗盟州XＸ×])([\u4e00-\u9fffA-Za-z]{2,8}?)"
    r"(?=坚持|认真|始终|高度|深入|积极|立足|审|依法|全面|党组|在|的|为|持续|将|以|与|和|关于|结合|案件|诉|，|。|、|\d)"
)


def with_replaced_names_told(texts: Texts) -> tuple[Texts, Told]:
    """Some mirrors put a brand in the place of 人民法院. What stood there cannot be known: a person has to look."""
    whole = "".join(texts)
    if "人民法院" in whole or len(_COURT_WORDS.findall(whole)) < _FEWEST_COURT_WORDS:
        return texts, []
    found = (name.lstrip("XＸ×") for name in _AFTER_PLACE.findall(whole))
    names = Counter(name for name in found if len(name) > 1 and not _OTHER_OFFICES.search(name))
    name, count = names.most_common(1)[0] if names else ("", 0)
    if count >= _FEWEST_NAMES:
        return texts, [
            f"通篇没有“人民法院”，应出现处写作“{name}”（{count} 处），可能是被替换过文字的转载，请找到原件核对。"
        ]
    if "法院" not in whole:
        return texts, ["通篇没有“法院”二字，却多处讲审判执行，可能是被替换过文字的转载，请找到原件核对。"]
    return texts, []


# --- paragraphs that stand twice --------------------------------------------------------------------------------------

_PARAGRAPH = 30


def without_doubled_paragraphs(lines: list[CleanLine]) -> tuple[list[CleanLine], Told]:
    """Out: a paragraph right after itself, and the whole text after itself. Other repetitions are told and stay."""
    kept = _once(lines)
    single = [line for number, line in enumerate(kept) if not _is_doubled(kept, number)]
    removed = len(lines) - len(single)
    told = [f"有 {removed} 段连续重复，已略去第二遍，请对照原件核对。"] if removed else []
    if again := _repeated(line.text for line in single):
        told.append(f"有 {again} 段在文中出现两次，未作改动，请对照原件核对。")
    return single, told


def _once(lines: list[CleanLine]) -> list[CleanLine]:
    """The lines up to where they all begin again."""
    texts = [line.text for line in lines]
    half = len(texts) // 2
    doubled = len(texts) % 2 == 0 and texts[:half] == texts[half:]
    return lines[:half] if doubled and any(len(text) >= _PARAGRAPH for text in texts) else lines


def _is_doubled(lines: list[CleanLine], number: int) -> bool:
    text = lines[number].text
    return number > 0 and len(text) >= _PARAGRAPH and lines[number - 1].text == text


def _repeated(texts: Iterable[str]) -> int:
    return sum(count > 1 for text, count in Counter(texts).items() if len(text) >= _PARAGRAPH)

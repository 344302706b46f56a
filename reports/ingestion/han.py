"""Chinese characters: which they are, and whether somebody wrote them or bytes were taken for what they are not."""

import re

# All Han, for use inside a character class.
HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_ONE = re.compile(f"[{HAN}]")

# The characters most Chinese text is made of, the courts' own among them, and their traditional forms. Measured on the
# samples: 0.6 and more of the Han in real text, 0.01 in text decoded wrongly.
COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方"
    "多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明"
    "性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位"
    "次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感"
    "建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色"
    "路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运六七八九每府联诉讼审判执案调督纠纷庭宣普"
    "责履职协议检察策落严维护服贯彻党委县镇乡村网络智慧营商环境访谐稳涉源头预防化解推深化加强促创诚廉洁企业依照行律牢固树确"
    "個們來為國時會對說過發後裡種經麼學現當沒動還進這樣實軍無與長機業間關點將兩問應戰頭體見產話給門員論處義幾認條題爾變總電數"
    "報結務場計資許統區隊書則聽達難權設記類據導張該規萬術領確傳師觀讓識帶爭運聯訴訟審執調糾紛責職協議檢嚴護黨縣鄉網絡訪穩創誠"
)


def is_han(character: str) -> bool:
    # Asked of every character of every page: nearly all are of the first block.
    return "\u4e00" <= character <= "\u9fff" or (character > "\u33ff" and _ONE.fullmatch(character) is not None)


def common_share(text: str) -> float:
    """The share (0…1) of common characters among all Han; 0 where there are none."""
    han = _ONE.findall(text)
    return sum(character in COMMON for character in han) / len(han) if han else 0.0

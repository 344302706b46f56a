"""A synthetic archive for measuring: reports as long, as varied and as alike as real ones, the same for the same seed.

The samples' sentences are recombined; a share of their words is exchanged for others of the same kind from jieba's
dictionary, by frequency, so that the vocabulary grows as in real text (Zipf). Courts, years and themes are spread
over the whole of the reference data. Never shipped as data, never published as anyone's words.
"""

import csv
import logging
import random
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import jieba
import jieba.posseg

from reports.ingestion.shapes import Article, Draft, FieldName, Found, Line, LineKind, Section

YEARS = range(2014, 2026)
TITLES = {
    "年度报告": (40, "{court}{year}法治政府建设年度报告"),
    "工作总结": (25, "{court}{year}法治建设工作总结"),
    "工作报告": (15, "{court}{year}工作报告"),
    "新闻报道": (15, "{court}{year}府院联动工作纪实"),
    "白皮书": (5, "{court}{year}行政审判白皮书"),
}
NUMERALS = "一二三四五六七八九十"
OPENING = "{year}{court}坚持以习近平新时代中国特色社会主义思想为指导，深入贯彻习近平法治思想，依法履行审判职责，现将有关情况报告如下："
HEADINGS = ("深化{theme}，服务发展大局", "聚焦{theme}，回应群众期待", "推进{theme}工作", "以{theme}助力法治政府建设")
CLOSING = (("存在的不足和原因", 0.5), ("下一年工作安排", 0.7))  # and how many reports have such a chapter
THEME_SENTENCES = (
    "深入推进{theme}工作，取得明显成效。",
    "不断完善{theme}机制，全年开展相关工作{n}次。",
    "围绕{theme}召开专题会议{n}次，形成会议纪要。",
    "我院把{theme}作为重点任务，持续加强工作力度。",
)
UNKNOWN_COURT = "XX人民法院"
SHORTEST, LONGEST = 2_000, 8_000

Token = tuple[str, str]  # a word and its part of speech


@dataclass(frozen=True, slots=True)
class Place:
    court: str
    short: str  # how its people call the place


class Corpus:
    """Report number i is the same whatever comes after it: a small corpus begins every larger one of its seed."""

    def __init__(self, seeds: Path, seed: int) -> None:
        jieba.setLogLevel(logging.ERROR)
        self.seed = seed
        self.sentences = [sentence for file in sorted(seeds.glob("samples/*.txt")) for sentence in tokens(file)]
        self.words, self.frequencies = dictionary()
        self.places = [
            Place(row["name"], row["county"] or row["city"] or row["province"] or "全国")
            for row in csv_rows(seeds / "courts.csv")
        ]
        random.Random(seed).shuffle(self.places)  # noqa: S311
        self.themes = {row["name"]: plain_expressions(row) for row in csv_rows(seeds / "themes.csv")}

    def reports(self, count: int) -> Iterator[Draft]:
        return (self.report(number) for number in range(count))

    def report(self, number: int) -> Draft:
        chance = random.Random(f"{self.seed}:{number}")  # noqa: S311
        place = self.places[number % len(self.places)] if chance.random() > 0.02 else Place(UNKNOWN_COURT, "我市")
        year = chance.choice(YEARS) if chance.random() > 0.03 else None
        kind = chance.choices(list(TITLES), [weight for weight, _ in TITLES.values()])[0]
        # The first themes of the list are the ones that most reports speak of.
        weights = [1 / (rank + 2) for rank in range(len(self.themes))]
        themes = list(dict.fromkeys(chance.choices(list(self.themes), weights, k=chance.randint(1, 6))))
        printed_year = f"{year}年" if year else ""
        body = Body()
        title = TITLES[kind][1].format(court=place.court, year=printed_year)
        body.add("title", title)
        opening = OPENING.format(court=place.court, year=printed_year and printed_year + "，")
        body.add("para", opening)
        self.write_sections(body, chance, place, themes)
        # By chances of its own: what is above stays as it is.
        self.write_closing(body, random.Random(f"{self.seed}:{number}:closing"), place, len(themes))  # noqa: S311
        return Draft(body.article(number=1, title=title), tuple(found(body, place, year, kind)))

    def write_sections(self, body: "Body", chance: random.Random, place: Place, themes: list[str]) -> None:
        length = int(SHORTEST * (LONGEST / SHORTEST) ** chance.random())
        novelty = chance.uniform(0.1, 0.4)
        # A report speaks of the same things again and again: it draws from a part of all sentences.
        pool = chance.sample(self.sentences, min(len(self.sentences), chance.randint(40, 90)))
        per_theme = (length - body.length) // len(themes)
        for first, theme in enumerate(themes):
            words = chance.choice(self.themes[theme])
            heading = f"{NUMERALS[first]}、{chance.choice(HEADINGS).format(theme=words)}"
            body.themes[theme] = (body.length, heading)
            body.add("heading", heading, level=1)
            until = body.length + per_theme
            second = 0
            while body.length < until:
                if second < len(NUMERALS) and chance.random() < 0.3:
                    heading = self.sentence(chance, novelty, pool, place)[:18].rstrip("，。；：、")
                    body.add("heading", f"（{NUMERALS[second]}）{heading}", level=2)
                    second += 1
                paragraph = [self.sentence(chance, novelty, pool, place) for _ in range(chance.randint(3, 8))]
                if chance.random() < 0.5:
                    said = chance.choice(THEME_SENTENCES).format(theme=words, n=chance.randint(2, 400))
                    paragraph.insert(chance.randrange(len(paragraph)), said)
                body.add("para", "".join(paragraph))

    def write_closing(self, body: "Body", chance: random.Random, place: Place, chapters: int) -> None:
        """What is lacking, and what comes next: many reports end with it."""
        pool = chance.sample(self.sentences, 20)
        for heading, share in CLOSING:
            if chapters < len(NUMERALS) and chance.random() < share:
                body.add("heading", f"{NUMERALS[chapters]}、{heading}", level=1)
                body.add("para", "".join(self.sentence(chance, 0.2, pool, place) for _ in range(chance.randint(2, 8))))
                chapters += 1

    def sentence(self, chance: random.Random, novelty: float, pool: list[list[Token]], place: Place) -> str:
        return "".join(self.word(chance, novelty, place, *token) for token in chance.choice(pool))

    def word(self, chance: random.Random, novelty: float, place: Place, word: str, kind: str) -> str:
        if kind == "m" and word.isascii():
            return f"{chance.random() * 100:.2f}" if "." in word else str(int(10 ** (chance.random() * 4)))
        if kind == "ns":
            return place.short
        if len(word) > 1 and kind in self.words and chance.random() < novelty:
            frequencies = self.frequencies[kind]
            return self.words[kind][bisect_right(frequencies, chance.random() * frequencies[-1])]
        return word


class Body:
    """The lines of one report as they are written, each knowing its place."""

    def __init__(self) -> None:
        self.lines: list[tuple[LineKind, int | None, str]] = []
        self.themes: dict[str, tuple[int, str]] = {}  # where each one's heading starts, and its words
        self.length = 0  # of the text so far, the last line's end included

    def add(self, kind: LineKind, words: str, level: int | None = None) -> None:
        self.lines.append((kind, level, words))
        self.length += len(words) + 1

    def article(self, number: int, title: str) -> Article:
        text = "\n".join(words for _, _, words in self.lines)
        lines, headings, start = [], [], 0
        for kind, level, words in self.lines:
            lines.append(Line(kind, start, start + len(words)))
            if level:
                headings.append((level, words, start))
            start += len(words) + 1
        sections = []
        for index, (level, words, start) in enumerate(headings):
            below = (begins for other, _, begins in headings[index + 1 :] if other <= level)
            sections.append(Section("heading", level, words, start, next(below, len(text) + 1) - 1))
        return Article(number, title, text, tuple(lines), tuple(sections), pages=((0, 1),))


def found(body: Body, place: Place, year: int | None, kind: str) -> Iterator[Found]:
    """What a recogniser would find: everything stands in the title, or in a heading."""
    title = body.lines[0][2]
    yield stated("title", title, title, 0)
    known = place.court != UNKNOWN_COURT
    yield stated("court", place.court if known else None, place.court, 0)
    if year:
        yield stated("year", str(year), str(year), title.index(str(year)))
    yield stated("type", kind, title[-4:], len(title) - 4)
    for theme, (start, heading) in body.themes.items():
        end = start + len(heading)
        yield Found("theme", theme, 0.95, heading, start, end, detail="topic", places=((start, end),))


def stated(field: FieldName, value: str | None, quote: str, start: int) -> Found:
    return Found(field, value, 0.99, quote, start, start + len(quote))


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain_expressions(row: dict[str, str]) -> list[str]:
    """A theme's expressions that are plain words, its name first."""
    whole = re.sub(r"\([^)]*\)", "?", row["signals"])
    return [row["name"], *(words for words in whole.split("|") if re.fullmatch(r"[\u4e00-\u9fff]{3,}", words))]


def tokens(sample: Path) -> Iterator[list[Token]]:
    """The sentences of one sample as words. Printed lines are joined where the next one goes on in Chinese."""
    text = re.sub(r"(?<![。；：！？”])\n+\s*(?=[\u4e00-\u9fff，。、；“”])", "", sample.read_text(encoding="utf-8"))
    for sentence in re.split(r"(?<=[。；！？])|\n+", text):
        words = re.sub(r"^[（(]?[一二三四五六七八九十]+[）)、]|\s+", "", sentence)
        if 10 <= len(words) <= 160 and words[-1] in "。；！？":
            yield [(pair.word, pair.flag) for pair in jieba.posseg.cut(words)]


def dictionary() -> tuple[dict[str, list[str]], dict[str, list[int]]]:
    """jieba's words of two or more characters by part of speech, and their running sums of frequency."""
    by_kind: dict[str, list[tuple[str, int]]] = defaultdict(list)
    with jieba.get_dict_file() as file:
        for line in file:
            word, frequency, kind = line.decode().split()
            if len(word) > 1 and re.fullmatch(r"[\u4e00-\u9fff]+", word):
                by_kind[kind].append((word, int(frequency) + 1))
    return (
        {kind: [word for word, _ in words] for kind, words in by_kind.items()},
        {kind: list(accumulate(frequency for _, frequency in words)) for kind, words in by_kind.items()},
    )

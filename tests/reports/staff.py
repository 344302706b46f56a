"""A draft report and staff accounts, for the tests of the staff's pages."""

from itertools import count

from django.contrib.auth.models import Group, User
from django.core.files.base import ContentFile

from reports.ingestion.save import keep, save
from reports.ingestion.shapes import Article, Draft, Found, Line, Page, Reading
from reports.models import Report

TEXT = "松原市中级人民法院\n2023年工作总结\n诉源治理见成效。\n向政府发出司法建议3份。"
FOUND = (
    Found("title", "2023年工作总结", 0.99, "2023年工作总结", 10, 19),
    Found("court", "松原市中级人民法院", 0.97, "松原市中级人民法院", 0, 9),
    Found("court", "乾安县人民法院", 0.3, suggestion=True),
    Found("year", "2023", 0.9, "2023年", 10, 15, basis="inferred"),
    Found("type", "工作总结", 0.95, "工作总结", 15, 19),
    Found("theme", "诉源治理", 0.9, "诉源治理", 20, 24, detail="touched", places=((20, 24),)),
    Found("theme", "司法建议", 0.4, "司法建议", 34, 38, detail="mention", places=((34, 38),)),
)
KINDS = ("court", "title", "para", "para", "para", "para")
serial = count(1)


def a_draft(*found: Found, text: str = TEXT) -> Report:
    """A draft as the pipeline leaves it: claims only, decided by nobody."""
    lines, start = [], 0
    for kind, words in zip(KINDS, text.split("\n"), strict=False):
        lines.append(Line(kind, start, start + len(words)))
        start += len(words) + 1
    article = Article(1, "2023年工作总结", text, tuple(lines), (), ((0, 1),))
    reading = Reading("txt", pages=(Page(1, text),), drafts=(Draft(article, found or FOUND),))
    source, _ = keep(ContentFile(f"原件{next(serial)}".encode()), "总结.txt")
    (report,) = save(source, reading)
    return report


def unlike_drafts(count: int) -> list[Report]:
    """Drafts of different years whose texts have little in common: none is suspected to be another."""
    return [
        a_draft(
            Found("title", "2023年工作总结", 0.99, "2023年工作总结", 10, 19),
            Found("court", "松原市中级人民法院", 0.97, "松原市中级人民法院", 0, 9),
            Found("year", str(year), 0.9, basis="inferred"),
            text=f"松原市中级人民法院\n2023年工作总结\n{year}年审结{year * 7}件，建议{year * 3}份，调解{year * 5}件。",
        )
        for year in range(2001, 2001 + count)
    ]


def an_account(role: str, name: str = "staff") -> User:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user

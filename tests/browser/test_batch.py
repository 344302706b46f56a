"""A batch from drop to publication by keyboard alone, every key press counted; its table under axe."""

import csv
import os
import re
import statistics
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from tests.ingestion.make_docx import docx_of, p

from .displays import choose
from .test_admin import wait_until_read

pytestmark = pytest.mark.browser

# Reading a file takes a busy machine longer than drawing a page.
expect.set_options(timeout=30_000)
MILLISECONDS_TO_READ = 180_000
# As many as the owner asked to be counted: BATCH_FILES=50; fewer in the suite, because each is read twice as slowly there.
FILES = int(os.environ.get("BATCH_FILES", "12"))


def courts(first: int, count: int) -> list[str]:
    """Basic courts from all over the country, `first` telling one test's from another's."""
    with (settings.SEEDS_DIR / "courts.csv").open(encoding="utf-8", newline="") as file:
        names = [
            row["name"] for row in csv.DictReader(file) if row["level"] == "基层人民法院" and row["kind"] == "普通"
        ]
    return names[first::53][:count]


def report_of(court: str, year: int) -> list[str]:
    """The lines of a report that is like no other but in its form."""
    words = [line.split()[0] for line in (settings.SEEDS_DIR / "words.txt").read_text(encoding="utf-8").splitlines()]
    random = Random(f"{court}{year}")
    body = ["　　" + "，".join("".join(random.sample(words, 4)) for _ in range(5)) + "。" for _ in range(12)]
    return [court, f"{year}年度法治政府建设工作报告", f"　　{year}年，{court}依法履职。", *body]


def files_of(folder: Path, names: list[str], year: int) -> list[Path]:
    """One report of each court, TXT and DOCX by turns, under names that say nothing of the court."""
    written = []
    for number, name in enumerate(names):
        lines = report_of(name, year)
        path = folder / f"{number:02}.{'docx' if number % 2 else 'txt'}"
        path.write_bytes(docx_of(*map(p, lines)) if number % 2 else "\n".join(lines).encode())
        written.append(path)
    return written


@dataclass
class Hands:
    """A person at the keyboard: what they press is counted, for all files together or for the one whose row they are in."""

    page: Page
    shared: int = 0
    own: dict[str, int] = field(default_factory=dict)

    def press(self, *keys: str, file: str = "") -> None:
        for key in keys:
            self.page.keyboard.press(key)
        if file:
            self.own[file] = self.own.get(file, 0) + len(keys)
        else:
            self.shared += len(keys)

    def reach(self, goal: Locator) -> None:
        """From one control to the next, past the page's head where that is offered."""
        expect(goal).to_be_visible()
        for _ in range(60):
            self.press("Tab")
            if goal.evaluate("element => element === document.activeElement"):
                return
            if self.page.evaluate("document.activeElement.matches('.skip')"):
                self.press("Enter")
        pytest.fail(f"{goal} is out of the keyboard's reach")


def drop(page: Page, files: list[Path], hands: Hands | None = None) -> None:
    """Hand the files over and wait until all of them are read, without loading the page again."""
    hands = hands or Hands(page)
    page.goto("/admin/uploads/")
    chooser = page.get_by_label("选择一个或多个文件")
    hands.reach(chooser)
    chooser.set_input_files(files)
    hands.shared += 3  # Enter, and in the dialog that it opens, which is the system's: mark all, open
    hands.reach(page.get_by_role("button", name="上传"))
    hands.press("Enter")
    page.wait_for_url(re.compile(r"/admin/batches/\d+/"))
    expect(page.locator("tr[data-report]")).to_have_count(len(files), timeout=MILLISECONDS_TO_READ)


def row_of(page: Page, name: str) -> Locator:
    return page.locator("tr[data-report]").filter(has=page.get_by_role("link", name=name, exact=True))


def test_a_batch_is_published_with_at_most_three_key_presses_a_file(page, log_in, tmp_path, capsys):
    log_in(page)
    hands = Hands(page)
    names = courts(0, FILES)
    files = files_of(tmp_path, names, 2019)
    drop(page, files, hands)
    read_right = {
        path.name
        for path, court in zip(files, names, strict=True)
        if row_of(page, path.name).locator("[name=court]").input_value() == court
        and row_of(page, path.name).locator("[name=year]").input_value() == "2019"
    }

    # What the machine is not sure of stands first: each is looked at, put right where it is wrong, and confirmed.
    asking = page.locator("tr.asks")
    if asking.count():
        hands.reach(asking.first.locator("[name=court]"))
    for file in [link.inner_text() for link in asking.locator("th a").all()]:
        court = row_of(page, file).locator("[name=court]")
        expect(court).to_be_focused()
        if file not in read_right:
            page.keyboard.type(names[int(file[:2])])
        hands.press("Control+Enter", file=file)
        expect(row_of(page, file)).not_to_have_class("asks")

    # When nothing asks any more the way on has the focus; where nothing asked it is near.
    onward = page.get_by_role("link", name=f"看名单，公开 {FILES} 篇")
    if not hands.own:
        hands.reach(onward)
    expect(onward).to_be_focused()
    hands.press("Enter")
    expect(page.get_by_label(f"以上 {FILES} 篇已确认可以公开")).to_be_focused()
    hands.press("Space", "Tab", "Enter")

    expect(page.get_by_text(f"已公开 {FILES} 篇报告，读者现在可以看到。")).to_be_visible()
    presses = [hands.own.get(name, 0) + hands.shared / FILES for name in read_right]
    median = statistics.median(presses)
    with capsys.disabled():
        print(
            f"\n{FILES} files, {len(read_right)} read right, {len(hands.own)} confirmed one by one: "
            f"{hands.shared + sum(hands.own.values())} key presses, median {median:.2f} for each that was read right"
        )
    assert len(read_right) >= 0.9 * FILES
    assert median <= 3


def test_rows_that_ask_are_put_right_by_keyboard_and_a_slip_is_undone(page, log_in, tmp_path):
    log_in(page)
    (name,) = courts(7, 1)
    lines = report_of("XX人民法院", 2018)
    unknown, plain = tmp_path / "隐名.txt", tmp_path / "写明.txt"
    unknown.write_text("\n".join(lines), encoding="utf-8")
    plain.write_text("\n".join(report_of(name, 2018)), encoding="utf-8")
    drop(page, [plain, unknown])
    hands = Hands(page)
    court = row_of(page, "隐名.txt").locator("[name=court]")

    # By arrows to the row that asks, which stands first; the court by its initials and a listbox.
    page.locator("tr[data-report] [name=title]").first.focus()
    hands.press("ArrowRight")
    expect(court).to_be_focused()
    page.keyboard.type("qiananx")
    listbox = page.get_by_role("listbox", name="法院")
    expect(listbox.get_by_role("option").first).to_contain_text("乾安县人民法院")
    expect(court).to_have_attribute("aria-expanded", "true")
    expect(listbox.locator(f"#{court.get_attribute('aria-activedescendant')}")).to_contain_text("乾安县人民法院")
    hands.press("Enter")
    expect(page.get_by_role("status").last).to_contain_text("已更正法院。")
    expect(court).to_have_value("乾安县人民法院")
    expect(page.locator("#tally")).to_contain_text("2 篇可以公开")
    expect(row_of(page, "写明.txt").locator("[name=court]")).to_be_focused()

    # The slip is taken back: the court asks again.
    hands.press("Control+z")
    expect(page.get_by_role("status").last).to_contain_text("已撤销上一步。")
    expect(court).to_have_value("")
    expect(page.locator("#tally")).to_contain_text("1 篇要看一眼")

    # What cannot be is said in its row, Escape puts back what was.
    year = row_of(page, "写明.txt").locator("[name=year]")
    hands.press("ArrowRight")
    expect(year).to_be_focused()
    page.keyboard.type("去年")
    hands.press("Tab")
    expect(row_of(page, "写明.txt")).to_contain_text("年度“去年”不能识别。")
    hands.press("Shift+Tab")
    expect(year).to_have_attribute("aria-invalid", "true")
    hands.press("Escape")
    expect(year).to_have_value("2018")

    # The type by its initial; leaving the cell saves it.
    kind = row_of(page, "写明.txt").locator("[name=type]")
    hands.press("Tab", "b", "ArrowUp")
    expect(page.get_by_role("status").last).to_contain_text("已更正类型。")
    expect(kind).to_have_value("白皮书")
    expect(row_of(page, "隐名.txt").locator("[name=type]")).to_be_focused()


def test_without_scripts_each_row_is_a_form_and_the_list_is_published(page_without_scripts, log_in, tmp_path):
    page = page_without_scripts
    log_in(page)
    (name,) = courts(11, 1)
    path = tmp_path / "单.txt"
    path.write_text("\n".join(report_of(name, 2017)), encoding="utf-8")
    page.goto("/admin/uploads/")
    page.get_by_label("选择一个或多个文件").set_input_files(path)
    page.get_by_role("button", name="上传").click()
    row = row_of(page, "单.txt")
    wait_until_read(page, 1)

    row.get_by_label("年度：单.txt").fill("2016")
    row.get_by_role("button", name=re.compile(r"保存\s*：单.txt")).click()
    expect(page.get_by_text("已更正年度。")).to_be_visible()
    page.get_by_role("link", name="看名单，公开 1 篇").click()
    page.get_by_label("以上 1 篇已确认可以公开").check()
    page.get_by_role("button", name="公开").click()

    expect(page.get_by_text("已公开 1 篇报告，读者现在可以看到。")).to_be_visible()


@pytest.fixture(scope="module")
def mixed(browser, site, tmp_path_factory) -> str:
    """The address of a batch with a row of every kind."""
    folder = tmp_path_factory.mktemp("mixed")
    (name,) = courts(17, 1)
    (folder / "写明.txt").write_text("\n".join(report_of(name, 2015)), encoding="utf-8")
    (folder / "隐名.txt").write_text("\n".join(report_of("XX人民法院", 2015)), encoding="utf-8")
    (folder / "空.pdf").write_bytes(b"")
    (folder / "说明.csv").write_text("文件名,类型\n写明,白皮书\n没有的.txt,其他\n", encoding="utf-8")
    context = browser.new_context(base_url=site.url)
    page = context.new_page()
    page.goto("/admin/login/?next=/admin/uploads/")
    page.fill("input[name=username]", site.administrator)
    page.fill("input[name=password]", site.password)
    page.press("input[name=password]", "Enter")
    page.get_by_label("选择一个或多个文件").set_input_files(sorted(folder.iterdir()))
    page.get_by_role("button", name="上传").click()
    page.wait_for_url(re.compile(r"/admin/batches/\d+/$"))
    expect(page.locator("#tally")).not_to_contain_text("在识别", timeout=MILLISECONDS_TO_READ)
    address = page.url.removeprefix(site.url)
    context.close()
    return address


@pytest.mark.parametrize(
    ("display", "width", "scripts"),
    [
        ("", 1280, True),
        ("theme=dark", 375, True),
        ("theme=dark", 1920, False),
        ("size=large", 1024, True),
        ("", 375, False),
    ],
)
def test_the_table_and_the_list_are_accessible_and_fit_their_window(
    display, width, scripts, mixed, visit, site, log_in, faults_of_accessibility
):
    page = visit(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
    log_in(page)
    choose(display, page, site)

    found = {}
    for address in (mixed, f"{mixed}publish/"):
        page.goto(address)
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found[address] = faults_of_accessibility(page) + ([f"{overflow} px too wide"] if overflow > 0 else [])

    assert {address: faults for address, faults in found.items() if faults} == {}


def test_the_open_list_of_courts_is_accessible(mixed, page, log_in, faults_of_accessibility):
    log_in(page)
    page.goto(mixed)
    row_of(page, "隐名.txt").locator("[name=court]").focus()
    page.keyboard.type("songyuan")
    expect(page.get_by_role("listbox", name="法院").get_by_role("option").first).to_be_visible()

    assert faults_of_accessibility(page) == []

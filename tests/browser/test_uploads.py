"""Handing files over by dropping them, and what becomes of them in the background."""

import re
from collections.abc import Mapping

import pytest
from playwright.sync_api import Page, expect

from tests.ingestion.make_pdf import pdf_that_never_ends

pytestmark = pytest.mark.browser

expect.set_options(timeout=20_000)

REPORT = (
    "乾安县人民法院\n{year}年度法治政府建设工作报告\n"
    "{year}年，乾安县人民法院认真贯彻落实上级决策部署。\n一、推进府院联动\n本院与县政府召开府院联席会议4次。\n"
)
DROPPED = """files => {
  const dropped = new DataTransfer();
  for (const [name, bytes] of Object.entries(files)) {
    dropped.items.add(new File([new Uint8Array(bytes)], name));
  }
  return dropped;
}"""


def drop(page: Page, files: Mapping[str, bytes]) -> None:
    dropped = page.evaluate_handle(DROPPED, {name: list(data) for name, data in files.items()})
    for event in ("dragenter", "dragover", "drop"):
        page.dispatch_event("form.drop", event, {"dataTransfer": dropped})


def test_dropped_files_join_those_that_were_chosen_and_all_are_read_in_the_background(page, log_in):
    log_in(page)
    page.goto("/admin/uploads/")
    page.get_by_label("选择一个或多个文件").set_input_files(
        {"name": "2017.txt", "mimeType": "text/plain", "buffer": REPORT.format(year=2017).encode()}
    )
    drop(page, {f"{year}.txt": REPORT.format(year=year).encode() for year in (2018, 2019)})

    expect(page.locator("#chosen")).to_contain_text("选了 3 个文件，共 1 KB。")
    assert page.locator("#chosen li").all_inner_texts() == ["2017.txt（1 KB）", "2018.txt（1 KB）", "2019.txt（1 KB）"]
    page.get_by_role("button", name="上传").click()

    expect(page).to_have_url(re.compile(r"/admin/batches/\d+/$"))
    for year in (2017, 2018, 2019):
        expect(page.get_by_label(f"年度：{year}.txt")).to_have_value(str(year))


def test_more_files_than_are_taken_at_once_are_not_sent(page, log_in):
    log_in(page)
    page.goto("/admin/uploads/")
    drop(page, {f"{number}.txt": b"1" for number in range(201)})

    page.get_by_role("button", name="上传").click()

    expect(page.locator("#chosen .err")).to_have_text("选了 201 个文件，一次最多 200 个。请分几次上传，或压缩成 ZIP。")
    expect(page.get_by_label("选择一个或多个文件")).to_be_focused()
    assert page.url.endswith("/admin/uploads/")


def test_a_reading_without_end_is_cancelled_by_its_button(page, log_in):
    log_in(page)
    page.goto("/admin/uploads/")
    drop(page, {"没完没了.pdf": pdf_that_never_ends()})
    page.get_by_role("button", name="上传").click()
    page.get_by_role("link", name="没完没了.pdf").click()

    page.get_by_role("button", name="取消识别").click()

    expect(page.get_by_text("识别已取消，原件仍留存。")).to_be_visible()
    expect(page.get_by_role("button", name="重新识别")).to_be_visible()

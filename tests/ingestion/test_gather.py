"""gather: the single files in files, folders and ZIPs."""

import zipfile

import pytest

from reports.ingestion.gather import Damaged, gather
from reports.ingestion.read import archive as zips

from .make_docx import docx_of, p


def names(root, *paths) -> list[str]:
    return [file.name.removeprefix(f"{root}/") for file in gather(paths)]


def test_a_folder_gives_all_its_files_in_order_without_a_systems_litter(tmp_path):
    for name in ("乙/二.txt", "甲.txt", "乙/一.pdf", ".DS_Store", "~$甲.docx", "Thumbs.db"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(name.encode())

    assert names(tmp_path, tmp_path) == ["乙/一.pdf", "乙/二.txt", "甲.txt"]
    assert [file.open().read().decode() for file in gather([tmp_path])] == ["乙/一.pdf", "乙/二.txt", "甲.txt"]


def test_a_zip_gives_the_files_in_it_and_its_names_may_be_gbk(tmp_path):
    path = tmp_path / "年报.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("目录/一.txt", "一")
        archive.writestr("__MACOSX/一.txt", "litter")
        archive.writestr("2222.txt", "二")
    # Windows' own tool writes the bytes of GBK, without the flag that says UTF-8.
    path.write_bytes(path.read_bytes().replace(b"2222.txt", "二号.txt".encode("gb18030")))

    assert names(path, path) == ["二号.txt", "目录/一.txt"]
    assert [file.open().read().decode() for file in gather([path])] == ["二", "一"]


@pytest.mark.parametrize(
    ("limit", "value", "reason"),
    [
        ("MOST_ENTRIES", 1, "ZIP 里有 2 个文件，超过 1 个的上限。请分成几个再试。"),
        ("MOST_INFLATED", 1024, "ZIP 解开后有 0 MB，超过上限，或压缩比异常。请直接给出其中的文件。"),
        ("MOST_RATIO", 2, "ZIP 解开后有 0 MB，超过上限，或压缩比异常。请直接给出其中的文件。"),
    ],
)
def test_a_zip_that_holds_too_much_is_refused_unopened(tmp_path, monkeypatch, limit, value, reason):
    path = tmp_path / "多.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("一.txt", "一" * 2000)
        archive.writestr("二.txt", "二")
    monkeypatch.setattr(zips, limit, value)

    assert [(file.name, file.reason) for file in gather([path])] == [(str(path), reason)]


def test_what_is_no_zip_or_not_there_is_told_and_stops_no_other(tmp_path):
    (tmp_path / "坏.zip").write_bytes(b"PK broken")
    (tmp_path / "好.txt").write_bytes(b"good")

    told = [(file.name, file.reason) for file in gather([tmp_path / "坏.zip", tmp_path / "无", tmp_path / "好.txt"])]

    assert told == [
        (str(tmp_path / "坏.zip"), "ZIP 已损坏，打不开。请重新压缩后再试。"),
        (str(tmp_path / "无"), "没有这个文件或文件夹。请检查路径。"),
        (str(tmp_path / "好.txt"), ""),
    ]


def test_a_file_with_a_password_in_a_zip_is_refused(tmp_path):
    path = tmp_path / "密.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("密.txt", "密")
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1  # the "encrypted" flag in the central directory
    path.write_bytes(data)

    assert [file.reason for file in gather([path])] == ["ZIP 里的这个文件有密码。请解密后再试。"]


@pytest.mark.parametrize("packed", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_file_in_a_zip_is_told_when_it_is_opened_and_the_others_are_whole(tmp_path, packed):
    path = tmp_path / "年报.zip"
    with zipfile.ZipFile(path, "w", packed) as archive:
        archive.writestr("一.txt", bytes(range(256)))
        archive.writestr("二.txt", "二" * 100)
    data = bytearray(path.read_bytes())
    start = data.index("一.txt".encode()) + len("一.txt".encode())
    data[start + 4 : start + 24] = b"\xff" * 20
    path.write_bytes(data)

    damaged, whole = gather([path])

    with pytest.raises(Damaged, match="ZIP 里的这个文件已损坏"):
        damaged.open()
    assert whole.open().read().decode() == "二" * 100


@pytest.mark.parametrize(("offset", "value"), [(10, 9), (8, 0x20)], ids=["Deflate64", "a patch"])
def test_a_file_packed_in_a_way_that_we_do_not_know_is_told(tmp_path, offset, value):
    path = tmp_path / "年报.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "一")
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + offset] = value
    path.write_bytes(data)

    (file,) = gather([path])

    with pytest.raises(Damaged, match="压缩方式不能识别"):
        file.open()


def test_a_document_that_is_called_a_zip_stays_whole(tmp_path):
    (tmp_path / "报告.zip").write_bytes(docx_of(p("法院工作总结")))

    assert [(file.name, file.reason) for file in gather([tmp_path])] == [(str(tmp_path / "报告.zip"), "")]


def test_a_zip_larger_than_what_it_may_hold_is_not_even_read(tmp_path):
    with (tmp_path / "大.zip").open("wb") as file:
        file.truncate((200 << 20) + 1)

    assert [file.reason for file in gather([tmp_path])] == ["ZIP 超过 200 MB，没有打开。请分成几个再试。"]

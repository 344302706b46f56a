"""backup and restore: everything comes back, and nothing doubtful comes in."""

import hashlib
import json
import shutil
import stat
import threading
import zipfile
from pathlib import Path

import pytest
from django.db.migrations.loader import MigrationLoader

from archive.backup import Refused, unpack_backup

from .conftest import Installation

EVERY_MIGRATION = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}


@pytest.fixture(scope="module")
def made(prepared, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("backup") / "backup.zip"
    Installation(prepared).manage("backup", str(file))
    return file


@pytest.fixture
def backup(made, tmp_path) -> Path:
    """A backup of the prepared archive, alone in its folder, for the test to spoil."""
    (tmp_path / "kept").mkdir()
    return Path(shutil.copy(made, tmp_path / "kept"))


def spoil(backup: Path, name: str, data: bytes, *, listed: bool = False) -> Path:
    """The same backup with one file more, or another in its place; `listed` in the manifest with its right checksum."""
    spoiled = backup.with_name("spoiled.zip")
    with zipfile.ZipFile(backup) as whole, zipfile.ZipFile(spoiled, "w") as archive:
        members = {member: whole.read(member) for member in whole.namelist()} | {name: data}
        if listed:
            manifest = json.loads(members["manifest.json"])
            manifest["files"][name] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
            members["manifest.json"] = json.dumps(manifest).encode()
        for member, content in members.items():
            archive.writestr(member, content)
    return spoiled


def originals_in(installation: Installation) -> dict[str, str]:
    """Stored path -> checksum, as the database has them."""
    return dict(installation.sql("SELECT file, sha256 FROM reports_sourcefile"))


def test_a_backup_holds_the_database_and_every_original_with_its_checksum(backup, prepared):
    with zipfile.ZipFile(backup) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        found = {
            name: {"sha256": hashlib.sha256(archive.read(name)).hexdigest(), "size": archive.getinfo(name).file_size}
            for name in archive.namelist()
            if name != "manifest.json"
        }

    assert found == manifest["files"]
    database = found.pop("archive.sqlite3")
    assert database["size"] > 0
    assert {name: entry["sha256"] for name, entry in found.items()} == {
        f"originals/{name}": sha256 for name, sha256 in originals_in(Installation(prepared)).items()
    }


def test_a_backup_is_for_its_owner_alone_and_leaves_nothing_beside_it(made):
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert list(made.parent.iterdir()) == [made]


def test_a_missing_original_is_counted_and_the_rest_is_kept(installation, tmp_path):
    gone, *kept = originals_in(installation)
    (installation.data_dir / "originals" / gone).unlink()

    done = installation.run("backup", str(tmp_path / "backup.zip"))

    assert (done.returncode, "有 1 份原件不在原处" in done.stderr) == (1, True)
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        assert set(archive.namelist()) == {"manifest.json", "archive.sqlite3", *(f"originals/{name}" for name in kept)}


def test_a_backup_that_does_not_fit_leaves_the_earlier_one_as_it_was(backup, prepared):
    before = backup.read_bytes()

    done = Installation(prepared).run("backup", str(backup), largest_file=100_000)

    assert (done.returncode, "无法写入" in done.stderr) == (1, True)
    assert backup.read_bytes() == before
    assert list(backup.parent.iterdir()) == [backup]


def test_a_restore_brings_back_every_original(backup, prepared, tmp_path):
    originals = unpack_backup(backup, tmp_path / "new", EVERY_MIGRATION)

    restored = {
        str(path.relative_to(tmp_path / "new" / "originals")): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (tmp_path / "new" / "originals").glob("*/*")
    }
    assert restored == originals_in(Installation(prepared))
    assert originals == len(restored)
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"archive.sqlite3", "originals"}


def test_a_restore_takes_an_empty_folder_and_what_an_interrupted_one_left(backup, tmp_path):
    left = tmp_path / "new" / "restoring" / "originals"
    left.mkdir(parents=True)
    (left / "half").write_text("一半")

    unpack_backup(backup, tmp_path / "new", EVERY_MIGRATION)

    assert {path.name for path in (tmp_path / "new").iterdir()} == {"archive.sqlite3", "originals"}


def test_a_restore_refuses_a_folder_with_anything_in_it(backup, tmp_path):
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "archive.sqlite3").write_text("现有资料")

    with pytest.raises(Refused, match="里已有资料"):
        unpack_backup(backup, tmp_path / "new", EVERY_MIGRATION)

    assert (tmp_path / "new" / "archive.sqlite3").read_text() == "现有资料"


def test_a_restore_refuses_changed_bytes_and_puts_nothing_in_place(backup, tmp_path):
    name = zipfile.ZipFile(backup).namelist()[1]
    spoiled = spoil(backup, name, b"other bytes")

    with pytest.raises(Refused, match="与清单上的校验和不符"):
        unpack_backup(spoiled, tmp_path / "new", EVERY_MIGRATION)

    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize(
    "name",
    ["../outside", "/outside", "originals/../../outside", "originals/ab/../x", "originals/ab/..", "secret_key"],
)
def test_a_restore_never_writes_outside_or_beside_what_it_knows(backup, tmp_path, name):
    spoiled = spoil(backup, name, b"x", listed=True)

    with pytest.raises(Refused, match="文件与清单不符"):
        unpack_backup(spoiled, tmp_path / "new" / "data", EVERY_MIGRATION)

    assert list((tmp_path / "new" / "data").iterdir()) == []
    assert not (tmp_path / "outside").exists()
    assert not (tmp_path / "new" / "outside").exists()


def test_a_restore_refuses_a_file_that_the_manifest_does_not_name(backup, tmp_path):
    with pytest.raises(Refused, match="文件与清单不符"):
        unpack_backup(spoil(backup, "originals/ab/stowaway", b"x"), tmp_path / "new", EVERY_MIGRATION)


def test_a_restore_refuses_a_backup_from_a_newer_program(backup, tmp_path):
    with pytest.raises(Refused, match="更新版本"):
        unpack_backup(backup, tmp_path / "new", EVERY_MIGRATION - {"reports.0001_initial"})


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 truncated"])
def test_a_restore_says_plainly_that_a_file_is_no_backup(tmp_path, content):
    (tmp_path / "x.zip").write_bytes(content)

    with pytest.raises(Refused, match="不是完好的备份文件"):
        unpack_backup(tmp_path / "x.zip", tmp_path / "new", EVERY_MIGRATION)


def test_a_restore_says_plainly_that_a_backup_is_cut_short(backup, tmp_path):
    backup.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])

    with pytest.raises(Refused, match="不是完好的备份文件"):
        unpack_backup(backup, tmp_path / "new", EVERY_MIGRATION)


def test_a_restore_says_plainly_that_a_backup_is_encrypted(backup, tmp_path):
    data = bytearray(backup.read_bytes())
    at = 0
    while (at := data.find(b"PK\x01\x02", at + 1)) != -1:
        data[at + 8] |= 1  # the "encrypted" flag in the central directory
    backup.write_bytes(data)

    with pytest.raises(Refused, match="不是完好的备份文件"):
        unpack_backup(backup, tmp_path / "new", EVERY_MIGRATION)


def test_what_is_written_during_a_backup_is_wholly_in_it_or_not_at_all(installation, tmp_path):
    written, stop = [], threading.Event()

    def write() -> None:
        while not stop.is_set():
            number = len(written)
            installation.sql(
                "INSERT INTO reports_event (verb, at, why, detail) VALUES ('并发写入', '2026-01-01', ?, '{}'), "
                "('并发写入', '2026-01-01', ?, '{}')",
                *(str(number), str(number)),
            )
            written.append(number)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(written) < 5:
            pass
        installation.manage("backup", str(tmp_path / "backup.zip"))
    finally:
        stop.set()
        writer.join()
    restored = Installation(tmp_path / "restored")
    restored.manage("restore", str(tmp_path / "backup.zip"))

    events = [why for (why,) in restored.sql("SELECT why FROM reports_event WHERE verb = '并发写入' ORDER BY id")]
    pairs = len(events) // 2
    assert 5 <= pairs < len(written)
    assert events == [str(number) for number in range(pairs) for _ in range(2)]
    assert "一致" in restored.manage("verify_archive")


def test_restore_refuses_the_folder_that_is_in_use(installation, tmp_path):
    installation.manage("backup", str(tmp_path / "backup.zip"))

    done = installation.run("restore", str(tmp_path / "backup.zip"))

    assert done.returncode == 1
    assert "里已有资料" in done.stderr

"""The command line as a person uses it: what it answers, what it says, and with which code it ends."""

import hashlib
import io
import json
import shutil
import struct
import subprocess
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from makers.records import PASSPHRASE
from PIL import Image

import viewer
from app.main import main


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Scanfolio:
    """Runs commands on one vault, with the passphrase on standard input."""

    def __init__(self, vault: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.vault, self._monkeypatch, self._capsys = vault, monkeypatch, capsys

    def __call__(self, *arguments: str | Path, passphrase: str = PASSPHRASE) -> Said:
        self._monkeypatch.setattr("sys.stdin", io.StringIO(passphrase + "\n"))
        code = main([*map(str, arguments), "--vault", str(self.vault), "--passphrase-file", "-"])
        out, err = self._capsys.readouterr()
        assert "Traceback" not in err
        return Said(code, out, err)

    def json(self, *arguments: str | Path) -> Any:
        said = self(*arguments, "--json")
        assert said.code == 0, said.err
        return said.json


@pytest.fixture
def scanfolio(vault_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Scanfolio:
    return Scanfolio(vault_folder, monkeypatch, capsys)


@pytest.fixture
def loaded(scanfolio: Scanfolio, small_disc: Path) -> Scanfolio:
    assert scanfolio("load", "--all-people", small_disc).code == 0
    return scanfolio


def hashes(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


# --- init, list, show --------------------------------------------------------------------------------------------


def test_init_makes_a_vault_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scanfolio = Scanfolio(tmp_path / "new", monkeypatch, capsys)
    made = scanfolio("init", "--json")
    assert made.code == 0
    assert made.json["vault"] == str(tmp_path / "new")
    again = scanfolio("init")
    assert again.code == 1
    assert "already" in again.err


def test_an_empty_record_says_what_to_do(scanfolio: Scanfolio) -> None:
    assert "scanfolio load" in scanfolio("list").out
    assert scanfolio.json("list") == {"studies": []}


def test_list_has_the_documented_shape(loaded: Scanfolio) -> None:
    studies = loaded.json("list")["studies"]
    assert len(studies) == 2
    assert [study["date"] for study in studies] == sorted((study["date"] for study in studies), reverse=True)
    for study in studies:
        assert {"id", "person", "date", "title", "modality", "facility", "images", "series"} <= set(study)
        assert study["images"] == sum(series["images"] for series in study["series"])
        assert all({"id", "title", "images"} <= set(series) for series in study["series"])
    assert sum(study["images"] for study in studies) == 20


def test_show_takes_the_beginning_of_an_id(loaded: Scanfolio) -> None:
    first = loaded.json("list")["studies"][0]
    assert loaded.json("show", first["id"][:6])["study"] == first | {"beside": []}
    text = loaded("show", first["id"]).out
    assert first["title"] in text
    assert all(series["id"] in text for series in first["series"])


def test_an_unknown_id_is_told(loaded: Scanfolio) -> None:
    said = loaded("show", "zzz")
    assert (said.code, said.out) == (1, "")
    assert "zzz" in said.err
    assert "scanfolio list" in said.err


def test_an_ambiguous_beginning_is_told(loaded: Scanfolio) -> None:
    said = loaded("show", "")
    assert said.code == 1, "nothing typed fits nothing"
    ids = [study["id"] for study in loaded.json("list")["studies"]]
    common = "" if ids[0][0] != ids[1][0] else ids[0][0]
    if common:
        assert loaded("show", common).code == 2


# --- load --------------------------------------------------------------------------------------------------------


def test_load_accounts_for_every_file(scanfolio: Scanfolio, small_disc: Path, tmp_path: Path) -> None:
    before = hashes(small_disc)
    report = scanfolio.json("load", "--all-people", small_disc, "--report", tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text("utf-8")) == report
    counts = report["counts"]
    assert counts.pop("found_files") == sum(counts.values()) == len(report["items"]) == len(before)
    assert {item["path"]: item["sha256"] for item in report["items"]} == before
    assert report["state"] == "complete"
    assert report["dicomdir"]["listed"] == report["dicomdir"]["found"] == counts["images_new"] == 20
    assert hashes(small_disc) == before, "the disc is not touched"


def test_the_same_disc_again_adds_nothing(loaded: Scanfolio, small_disc: Path) -> None:
    studies = loaded.json("list")
    counts = loaded.json("load", "--all-people", small_disc)["counts"]
    assert counts["images_new"] == 0
    assert counts["duplicates_exact"] == 20
    assert loaded.json("list") == studies


def test_several_sources_give_several_reports(scanfolio: Scanfolio, small_disc: Path) -> None:
    one = next((small_disc / "DICOM").rglob("IM*1"))
    reports = scanfolio.json("load", "--all-people", small_disc, one)["reports"]
    assert [report["counts"]["found_files"] for report in reports] == [21, 1]


def test_text_goes_to_stdout_and_talk_to_stderr(scanfolio: Scanfolio, small_disc: Path) -> None:
    said = scanfolio("load", "--all-people", small_disc)
    assert "20 new pictures from 2 exams are safe in your record." in said.out
    assert said.err.startswith("Loading ")


# --- render ------------------------------------------------------------------------------------------------------


def test_render_writes_what_the_engine_shows(loaded: Scanfolio, small_disc: Path, tmp_path: Path) -> None:
    file = sorted((small_disc / "DICOM" / "ST000001").rglob("IM*"))[2]
    assert loaded("render", file, "-o", tmp_path / "a.png").code == 0
    frame = viewer.decode(file.read_bytes())
    assert np.array_equal(np.asarray(Image.open(tmp_path / "a.png")), viewer.display(frame, None))
    loaded.json("render", file, "--window", "-600/1500", "-o", tmp_path / "b.png")
    expected = viewer.display(frame, viewer.Window(-600, 1500))
    assert np.array_equal(np.asarray(Image.open(tmp_path / "b.png")), expected)


def test_render_needs_no_vault_for_a_file(
    small_disc: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = Scanfolio(tmp_path / "nothing", monkeypatch, capsys)
    file = next((small_disc / "DICOM").rglob("IM*"))
    assert nowhere("render", file, "-o", tmp_path / "a.png").code == 0
    assert not (tmp_path / "nothing").exists()


def test_render_a_series_in_the_order_of_the_body(loaded: Scanfolio, tmp_path: Path) -> None:
    series = max((s for study in loaded.json("list")["studies"] for s in study["series"]), key=lambda s: s["images"])
    pictures = []
    for number in (1, series["images"]):
        done = loaded.json("render", series["id"], "--slice", str(number), "-o", tmp_path / f"{number}.png")
        assert (done["slice"], done["slices"]) == (number, series["images"])
        pictures.append(np.asarray(Image.open(tmp_path / f"{number}.png")))
        assert pictures[-1].shape == (done["height"], done["width"])
    assert not np.array_equal(*pictures)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--slice", "0"), 1, "no slice 0"),
        (("--slice", "999"), 1, "no slice 999"),
        (("--window", "abc"), 2, "abc"),
        (("--window", "40/0"), 2, "40/0"),
        (("--window", "nan/10"), 2, "nan/10"),
    ],
)
def test_render_refuses_what_makes_no_sense(
    loaded: Scanfolio, tmp_path: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    series = loaded.json("list")["studies"][0]["series"][0]["id"]
    said = loaded("render", series, *arguments, "-o", tmp_path / "x.png")
    assert said.code == code
    assert words in said.err
    assert not (tmp_path / "x.png").exists()


# --- export, verify ----------------------------------------------------------------------------------------------


def test_export_gives_the_originals_back(loaded: Scanfolio, small_disc: Path, tmp_path: Path) -> None:
    given: dict[str, str] = {}
    for study in loaded.json("list")["studies"]:
        target = tmp_path / study["id"]
        files = loaded.json("export", study["id"], target)["files"]
        assert {file["path"]: file["sha256"] for file in files} == hashes(target)
        given |= hashes(target)
    assert given == {path: sha for path, sha in hashes(small_disc).items() if path != "DICOMDIR"}


def test_export_never_writes_over_anything(loaded: Scanfolio, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("keep")
    study = loaded.json("list")["studies"][0]["id"]
    said = loaded("export", study, tmp_path / "full")
    assert said.code == 1
    assert "already holds files" in said.err
    assert hashes(tmp_path / "full").keys() == {"mine.txt"}


def test_export_tells_a_place_that_cannot_be_written(loaded: Scanfolio, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = loaded("export", loaded.json("list")["studies"][0]["id"], tmp_path / "file" / "below")
    assert said.code == 1
    assert "another place" in said.err


def test_verify_reads_everything(loaded: Scanfolio) -> None:
    found = loaded.json("verify")
    assert found["ok"] is True
    assert found["objects"] == found["intact"] >= 20
    assert "are whole" in loaded("verify").out


def test_a_fast_look_says_that_it_was_only_that(loaded: Scanfolio) -> None:
    assert loaded.json("verify", "--fast")["deep"] is False
    assert "`scanfolio verify` reads every byte" in loaded("verify", "--fast").out
    assert loaded.json("verify", "--deep")["deep"] is True


def test_compact_with_nothing_to_free(loaded: Scanfolio) -> None:
    assert loaded.json("compact") == {"gone": 0, "freed": 0, "packs": 0, "strays": 0, "kept": 0}
    assert "0.0 MB" in loaded("compact").out
    assert loaded.json("verify")["ok"] is True


def test_verify_names_the_exam_that_is_damaged(loaded: Scanfolio) -> None:
    pack = max((loaded.vault / "packs").rglob("*"), key=lambda path: path.stat().st_size)
    data = bytearray(pack.read_bytes())
    data[len(data) // 2] ^= 1
    pack.chmod(0o600)
    pack.write_bytes(data)
    said = loaded("verify", "--json")
    assert said.code == 13
    found = said.json
    assert found["ok"] is False
    assert found["objects"] == found["intact"] + found["damaged"] + found["missing"]
    ids = {study["id"] for study in loaded.json("list")["studies"]}
    assert {study["id"] for study in found["studies"]} <= ids
    assert sum(study["files"] for study in found["studies"]) == found["damaged"] >= 1
    assert "brings their pictures back" in loaded("verify").out


# --- the passphrase, and vaults that are none --------------------------------------------------------------------


def test_a_wrong_passphrase_gives_no_hint(scanfolio: Scanfolio) -> None:
    told = {scanfolio("list", passphrase=guess).err for guess in ("wrong", PASSPHRASE[:-1], PASSPHRASE.upper(), "x")}
    assert len(told) == 1, "whatever was wrong, the words are the same"
    assert scanfolio("list", passphrase="wrong").code == 12


def test_typing_may_fail_twice(scanfolio: Scanfolio, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(["no", "still no", PASSPHRASE, "no", "no", "no"])
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: next(typed))
    assert main(["list", "--vault", str(scanfolio.vault)]) == 0
    assert main(["list", "--vault", str(scanfolio.vault)]) == 12


def test_nobody_at_the_keyboard(scanfolio: Scanfolio, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object, **__: object) -> str:
        raise EOFError

    monkeypatch.setattr("getpass.getpass", nobody)
    assert main(["list", "--vault", str(scanfolio.vault)]) == 1


def test_a_new_passphrase_is_typed_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(["one thing", "another thing"])
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: next(typed))
    assert main(["init", "--vault", str(tmp_path / "v")]) == 1
    assert not (tmp_path / "v").exists()


def test_a_passphrase_file(scanfolio: Scanfolio, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(PASSPHRASE + "\nnot this line\n")
    assert main(["list", "--vault", str(scanfolio.vault), "--passphrase-file", str(tmp_path / "secret")]) == 0
    assert main(["list", "--vault", str(scanfolio.vault), "--passphrase-file", str(tmp_path / "none")]) == 1


def test_an_empty_passphrase_makes_no_vault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = Scanfolio(tmp_path / "v", monkeypatch, capsys)("init", passphrase="")
    assert said.code == 1
    assert "needs a passphrase" in said.err


def test_no_vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    said = Scanfolio(tmp_path / "none", monkeypatch, capsys)("list")
    assert said.code == 10
    assert "scanfolio init" in said.err


def test_a_folder_that_is_no_vault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.jpg").write_bytes(b"meow")
    scanfolio = Scanfolio(tmp_path / "photos", monkeypatch, capsys)
    assert scanfolio("list").code == 10
    assert scanfolio("init").code == 10
    assert hashes(tmp_path / "photos").keys() == {"cat.jpg"}


def test_a_newer_format_is_told_with_both_numbers(scanfolio: Scanfolio) -> None:
    for name in ("header.a", "header.b"):
        path = scanfolio.vault / name
        data = path.read_bytes()
        prefix = data[:8] + struct.pack(">L", 9)  # FORMAT.md §3
        path.write_bytes(prefix + struct.pack(">L", zlib.crc32(prefix)) + data[16:])
    said = scanfolio("list")
    assert said.code == 1
    assert "9" in said.err
    assert "newest Scanfolio" in said.err


# --- sources that cannot be loaded -------------------------------------------------------------------------------


def test_a_missing_source(scanfolio: Scanfolio, tmp_path: Path) -> None:
    said = scanfolio("load", tmp_path / "nothing")
    assert said.code == 1
    assert "was not changed" in said.err


def test_an_empty_source(scanfolio: Scanfolio, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    said = scanfolio("load", tmp_path / "empty")
    assert said.code == 1
    assert "is empty" in said.err


def test_what_is_no_picture(scanfolio: Scanfolio, tmp_path: Path) -> None:
    (tmp_path / "notes.dcm").write_text("Dear doctor, ...")
    said = scanfolio("load", tmp_path / "notes.dcm")
    assert said.code == 20
    assert "no pictures" in said.out


def test_rendering_what_is_no_picture(scanfolio: Scanfolio, tmp_path: Path) -> None:
    (tmp_path / "notes.dcm").write_text("Dear doctor, ...")
    said = scanfolio("render", tmp_path / "notes.dcm", "-o", tmp_path / "x.png")
    assert said.code == 1
    assert "not a medical picture" in said.err


def test_a_truncated_picture_makes_a_load_incomplete(scanfolio: Scanfolio, small_disc: Path, tmp_path: Path) -> None:
    disc = shutil.copytree(small_disc, tmp_path / "disc")
    victim = next((disc / "DICOM").rglob("IM000002"))
    victim.write_bytes(victim.read_bytes()[:-1000])
    said = scanfolio("load", "--all-people", disc)
    assert said.code == 20
    assert "cut short" in said.out
    assert victim.name in said.out


def test_libraries_that_quote_a_value_are_not_heard() -> None:
    """In a process of its own, as pytest catches what is warned of."""
    code = """if True:
        import logging, warnings
        from app.main import main
        main(["list", "--vault", "nowhere"])
        warnings.warn("Invalid value: SECRET")
        logging.getLogger("pydicom").warning("SECRET")
    """
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert b"There is no vault" in done.stderr
    assert b"SECRET" not in done.stderr


def test_a_file_listed_but_missing_makes_a_load_incomplete(
    scanfolio: Scanfolio, small_disc: Path, tmp_path: Path
) -> None:
    disc = shutil.copytree(small_disc, tmp_path / "disc")
    victim = next((disc / "DICOM").rglob("IM000002"))
    victim.unlink()
    said = scanfolio("load", "--all-people", disc, "--json")
    assert said.code == 20
    assert said.json["dicomdir"]["missing"] == [victim.relative_to(disc).as_posix()]


def test_usage_errors_end_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["load"])
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err

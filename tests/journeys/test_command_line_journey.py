"""A whole life of a record through the command line alone, in real processes."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from PIL import Image

import viewer

SCANFOLIO = str(Path(sys.executable).with_name("scanfolio"))
PASSPHRASE = "four plain words here"


def start(vault: Path, *arguments: str | Path) -> subprocess.Popen[bytes]:
    command = [SCANFOLIO, *map(str, arguments), "--vault", str(vault), "--passphrase-file", "-"]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert child.stdin is not None
    child.stdin.write(PASSPHRASE.encode() + b"\n")
    child.stdin.flush()
    return child


def run(vault: Path, *arguments: str | Path) -> tuple[int, bytes, bytes]:
    child = start(vault, *arguments)
    out, err = child.communicate(timeout=120)
    assert b"Traceback" not in err
    return child.returncode, out, err


def answer(vault: Path, *arguments: str | Path) -> Any:
    code, out, err = run(vault, *arguments, "--json")
    assert code == 0, err
    return json.loads(out)


def sums(folder: Path) -> list[str]:
    return sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file())


def secrets_of(disc: Path) -> Iterator[bytes]:
    """What must never stand in clear: names, ids, UIDs, words of the hospital, and pieces of pixels."""
    for number, path in enumerate(sorted(path for path in disc.rglob("*") if path.is_file())):
        dataset = pydicom.dcmread(path, force=True)
        if "SOPInstanceUID" not in dataset:
            continue
        for keyword in ("PatientName", "PatientID", "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID",
                        "StudyDescription", "SeriesDescription", "InstitutionName"):  # fmt: skip
            value = str(dataset.get(keyword, ""))
            if len(value) >= 5:
                yield value.encode()[:20]  # many UIDs begin alike, and one search finds them all
        if number % 40 == 0 and "PixelData" in dataset:
            yield from busiest(dataset.PixelData)


def busiest(pixels: bytes, length: int = 48) -> list[bytes]:
    """The piece of the pixels that holds the most different bytes: it stands nowhere by chance."""
    pieces = (pixels[start : start + length] for start in range(0, len(pixels), 997))
    best = max(pieces, key=lambda piece: len(set(piece)))
    return [best] if len(set(best)) > 8 else []


def the_whole_way(disc: Path, vault: Path, work: Path, images: int) -> None:
    files = [path for path in disc.rglob("*") if path.is_file()]
    answer(vault, "init")
    report = answer(vault, "load", "--all-people", disc)
    counts = report["counts"]
    assert counts.pop("found_files") == len(files) == sum(counts.values()) == len(report["items"])
    assert counts["images_new"] == images
    studies = answer(vault, "list")["studies"]
    assert sum(study["images"] for study in studies) == images
    exported: list[str] = []
    for study in studies:
        answer(vault, "export", study["id"], work / study["id"])
        exported += sums(work / study["id"])
    stored = {item["sha256"] for item in report["items"] if item["outcome"] == "images_new"}
    assert sorted(exported) == sorted(stored)
    assert answer(vault, "verify")["ok"] is True
    nothing_in_clear(disc, vault)


def nothing_in_clear(disc: Path, vault: Path) -> None:
    secrets = set(secrets_of(disc))
    assert len(secrets) >= 8
    for path in vault.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        told = [secret for secret in secrets if secret in content or secret in str(path).encode()]
        assert not told, path


def test_the_synthetic_disc_goes_the_whole_way(small_disc: Path, tmp_path: Path) -> None:
    the_whole_way(small_disc, tmp_path / "vault", tmp_path / "out", 20)


@pytest.mark.corpus
def test_a_real_head_goes_the_whole_way(corpus: Path, tmp_path: Path) -> None:
    disc = corpus / "mr-head-t1"
    the_whole_way(disc, tmp_path / "vault", tmp_path / "out", 384)
    series = answer(tmp_path / "vault", "list")["studies"][0]["series"][0]["id"]
    answer(tmp_path / "vault", "render", series, "--slice", "190", "-o", tmp_path / "190.png")
    shown = np.asarray(Image.open(tmp_path / "190.png"))
    ordered = sorted(disc.rglob("*.dcm"), key=position)
    assert np.array_equal(shown, viewer.display(viewer.decode(ordered[189].read_bytes()), None))


def position(path: Path) -> float:
    """Where a slice lies along its normal, by numpy and not by the engine (PS3.3 C.7.6.2.1.1)."""
    dataset = pydicom.dcmread(path, stop_before_pixels=True)
    row, column = np.reshape(dataset.ImageOrientationPatient, (2, 3))
    return float(np.dot(np.cross(row, column), dataset.ImagePositionPatient))


def test_a_vault_in_use_is_told_and_can_still_be_read(small_disc: Path, tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    answer(vault, "init")
    answer(vault, "load", "--all-people", small_disc)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(vault)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == "held\n"
        code, out, err = run(vault, "load", "--all-people", small_disc)
        assert (code, out) == (11, b"")
        assert str(holder.pid).encode() in err
        assert len(answer(vault, "list")["studies"]) == 2, "looking needs no lock"
    finally:
        holder.communicate("\n", timeout=30)
    assert answer(vault, "load", "--all-people", small_disc)["counts"]["duplicates_exact"] == 20


HOLD = f"""
import sys
from pathlib import Path
from app.services import unlock
with unlock.unlock(Path(sys.argv[1]), {PASSPHRASE!r}):
    print("held", flush=True)
    sys.stdin.readline()
"""

"""A drive in words: whatever a disc is called, its name is one short line; each reason has a sentence."""

from pathlib import Path

import pytest

from app.disc.drives import Drive, Kind, Reason, name_of, why
from app.places import words

REASONS = words("drives")["reasons"]


def drive(label: str, reason: str = Reason.NONE) -> Drive:
    return Drive(Path("/media/x"), label, Kind.OPTICAL, "1", ready=not reason, reason=reason)


NAMES = {
    "IMAGES": "IMAGES",
    "  IMAGES   2024 ": "IMAGES 2024",
    "two\nlines\tand a bell\a": "two lines and a bell",
    "turned\u202eround": "turned round",
    "": "/media/x",
    "\0\0": "/media/x",
    "Köln 画像": "Köln 画像",
    "a" * 60: "a" * 60,
    "a" * 61: "a" * 59 + "…",
    "M\udcfcller": "M ller",
}


@pytest.mark.parametrize(("label", "name"), NAMES.items())
def test_names(label: str, name: str) -> None:
    assert name_of(drive(label)) == name


def test_a_drive_that_can_be_read_needs_no_reason() -> None:
    assert why(drive("x"), REASONS, "linux") == ""


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason])
@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_each_reason_has_a_sentence(reason: Reason, platform: str) -> None:
    assert why(drive("x", reason), REASONS, platform).endswith(".")


def test_a_mac_has_its_own_words_for_permission() -> None:
    closed = drive("x", Reason.PERMISSION)
    assert "System Settings" in why(closed, REASONS, "darwin")
    assert "System Settings" not in why(closed, REASONS, "linux")

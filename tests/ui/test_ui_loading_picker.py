"""Choosing a disc image or an archive: seen where a disc is looked for, and never taken by a stray press."""

from pathlib import Path

import flet as ft
from headless import Window

from app.ui.folders import Packed, Places, look
from app.ui.parts.message import Message
from app.ui.screens.folder import FolderScreen


class Choosing:
    """The folder screen, and what was chosen on it."""

    def __init__(self, home: Path, *, files: bool = True) -> None:
        self.places = Places("linux", home, "anna", top=home / "nothing")
        self.chosen: list[Path] = []
        self.files = files

    def main(self, page: ft.Page) -> None:
        from app.ui.folders import roots

        screen = FolderScreen(
            "Load a disc", "", self.chosen.append, lambda: None, lambda error: Message(str(error)),
            lambda: roots(self.places), look, files=self.files,
        )  # fmt: skip
        page.controls = [screen]


def home_with(tmp_path: Path, *names: str) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    for name in names:
        (home / name).write_bytes(b"x")
    return home


def test_only_what_may_hold_a_disc_is_listed(tmp_path: Path) -> None:
    home = home_with(tmp_path, "scan.ISO", "My CD.zip", "a.tar.gz", "letter.pdf", ".hidden.zip", "zip")
    (home / "folder.zip").mkdir()
    listing = look(home)
    assert listing.packed == tuple(Packed(name, home / name) for name in ("a.tar.gz", "My CD.zip", "scan.ISO"))
    assert listing.files == 6
    assert [folder.name for folder in listing.folders] == ["folder.zip"]


async def test_a_disc_image_is_chosen(tmp_path: Path) -> None:
    story = Choosing(home_with(tmp_path, "scan.iso", "other.zip"))
    async with Window(story.main) as window:
        await window.until(lambda: window.says("scan.iso"))
        await window.press("scan.iso")
        assert story.chosen == [], "a press alone takes nothing"
        assert window.says("Disc image or archive, chosen")
        await window.press("Use “scan.iso”")
        assert story.chosen == [tmp_path / "home" / "scan.iso"]


async def test_a_second_press_takes_the_choice_back(tmp_path: Path) -> None:
    story = Choosing(home_with(tmp_path, "scan.iso", "other.zip"))
    async with Window(story.main) as window:
        await window.until(lambda: window.says("scan.iso"))
        await window.press("scan.iso")
        await window.press("other.zip")
        assert window.button("Use “other.zip”")
        await window.press("other.zip")
        await window.press("Use this folder")
        assert story.chosen == [tmp_path / "home"]


async def test_another_folder_forgets_the_file(tmp_path: Path) -> None:
    home = home_with(tmp_path, "scan.iso")
    (home / "inner").mkdir()
    story = Choosing(home)
    async with Window(story.main) as window:
        await window.until(lambda: window.says("scan.iso"))
        await window.press("scan.iso")
        await window.press("inner")
        await window.until(lambda: window.says("No folders in here. It is empty."))
        await window.press("Use this folder")
        assert story.chosen == [home / "inner"]


async def test_where_a_folder_is_wanted_no_file_is_offered(tmp_path: Path) -> None:
    story = Choosing(home_with(tmp_path, "scan.iso"), files=False)
    async with Window(story.main) as window:
        await window.until(lambda: window.says("No folders in here. 1 file is in it."))
        assert not window.says("scan.iso")

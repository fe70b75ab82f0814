"""Finding a disc: what lies where, and the browser that shows it."""

import os
import sys
from pathlib import Path

import flet as ft
import pytest
from headless import Window

from app.errors import SourceForbidden, SourceMissing, SourceUnreadable
from app.ui import folders
from app.ui.folders import Kind, Places, crumbs, look, roots
from app.ui.parts.folders import FolderBrowser
from app.ui.parts.message import Message
from app.ui.theme import ROWS_A_PAGE


@pytest.fixture
def computer(tmp_path: Path) -> Places:
    """A made-up computer: a home, a mounted disc, a stick that is no disc."""
    home = tmp_path / "home" / "anna"
    for folder in ("Downloads", "Pictures", ".hidden", "pictures 2", "Ärzte"):
        (home / folder).mkdir(parents=True)
    (home / "letter.txt").write_text("x")
    disc = tmp_path / "media" / "anna" / "CT_2024"
    (disc / "IMAGES").mkdir(parents=True)
    (disc / "DICOMDIR").write_bytes(b"")
    (tmp_path / "run" / "media" / "anna" / "STICK").mkdir(parents=True)
    return Places("linux", home, "anna", top=tmp_path)


def test_an_imaging_disc_stands_first(computer: Places):
    found = roots(computer)
    assert [(root.name, root.kind, root.disc) for root in found] == [
        ("CT_2024", Kind.DRIVE, True),
        ("Home", Kind.HOME, False),
        ("Downloads", Kind.DOWNLOADS, False),
        ("STICK", Kind.DRIVE, False),
    ]


def test_a_macs_drives(tmp_path: Path):
    (tmp_path / "Volumes" / "DISC").mkdir(parents=True)
    found = roots(Places("darwin", tmp_path, "anna", top=tmp_path))
    assert [root.name for root in found] == ["Home", "DISC"]


def test_a_computer_without_any_drive(tmp_path: Path):
    assert [root.name for root in roots(Places("linux", tmp_path, "anna", top=tmp_path))] == ["Home"]


def test_a_listing_sorts_as_people_do_and_leaves_hidden_out(computer: Places):
    listing = look(computer.home)
    assert [folder.name for folder in listing.folders] == ["Downloads", "Pictures", "pictures 2", "Ärzte"]
    assert listing.files == 1
    assert not listing.disc


@pytest.mark.parametrize("name", ["DICOMDIR", "dicomdir"])
def test_a_disc_is_known_by_its_directory(tmp_path: Path, name: str):
    disc = tmp_path / "disc"
    disc.mkdir()
    (disc / name).write_bytes(b"")
    assert look(disc).disc
    assert [folder.disc for folder in look(tmp_path).folders] == [True]


def test_a_folder_called_dicomdir_is_no_disc(tmp_path: Path):
    (tmp_path / "disc" / "DICOMDIR").mkdir(parents=True)
    assert not folders.is_disc(tmp_path / "disc")


def test_crumbs_lead_from_the_top():
    assert crumbs(Path("/a/b")) == (("/", Path("/")), ("a", Path("/a")), ("b", Path("/a/b")))


def test_a_folder_that_is_not_there(tmp_path: Path):
    with pytest.raises(SourceMissing) as caught:
        look(tmp_path / "gone")
    assert caught.value.path == tmp_path / "gone"


def test_a_file_is_no_folder(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(SourceMissing):
        look(tmp_path / "file")


@pytest.mark.parametrize(
    ("answer", "error"),
    [(PermissionError(13, "no"), SourceForbidden), (OSError(5, "input/output"), SourceUnreadable)],
)
def test_what_a_drive_may_answer(tmp_path: Path, monkeypatch, answer: OSError, error: type[Exception]):
    def refuse(_: Path) -> None:
        raise answer

    monkeypatch.setattr(folders.os, "scandir", refuse)
    with pytest.raises(error) as caught:
        look(tmp_path)
    assert caught.value.__cause__ is answer


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_one_may_not_read(tmp_path: Path):
    tmp_path.chmod(0)
    try:
        with pytest.raises(SourceForbidden):
            look(tmp_path)
    finally:
        tmp_path.chmod(0o700)


def test_a_link_that_leads_nowhere_or_round_is_no_folder(tmp_path: Path):
    (tmp_path / "nowhere").symlink_to(tmp_path / "missing")
    (tmp_path / "round").symlink_to(tmp_path / "round")
    listing = look(tmp_path)
    assert (listing.folders, listing.files) == ((), 2)


class Looking:
    """A browser over a made-up computer, and what the person chose."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.chosen: list[Path] = []
        self.cancelled: list[bool] = []

    def main(self, page: ft.Page) -> None:
        self.browser = FolderBrowser(
            lambda: roots(self.places),
            look,
            lambda error: Message(f"Cannot open: {type(error).__name__}"),
            self.chosen.append,
            lambda: self.cancelled.append(True),
        )
        page.add(self.browser)
        page.run_task(self.browser.begin)

    def at(self, path: Path) -> bool:
        return self.browser.path == path


async def test_it_opens_the_disc_by_itself_and_says_so(computer: Places):
    story = Looking(computer)
    async with Window(story.main) as window:
        await window.until(lambda: window.says("Looks like an imaging disc."))
        assert window.says("IMAGES")
        await window.press("Use this folder")
        assert story.chosen == [computer.top / "media" / "anna" / "CT_2024"]


async def test_walking_down_up_and_by_crumbs(computer: Places):
    story = Looking(computer)
    async with Window(story.main) as window:
        await window.until(lambda: story.browser.path is not None)
        await window.press("Home")
        await window.until(lambda: story.at(computer.home))
        await window.press("Pictures")
        await window.until(lambda: story.at(computer.home / "Pictures"))
        assert window.says("No folders in here. It is empty.")
        await window.press("Folder above")
        await window.until(lambda: story.at(computer.home))
        await window.press("home ›")
        await window.until(lambda: story.at(computer.home.parent))


async def test_what_cannot_be_opened_is_said_and_nothing_moves(computer: Places):
    story = Looking(computer)
    async with Window(story.main) as window:
        await window.press("Home")
        await window.until(lambda: story.at(computer.home))
        (computer.home / "Pictures").rmdir()
        await window.press("Pictures")
        await window.until(lambda: window.says("Cannot open: SourceMissing"))
        assert story.at(computer.home)


async def test_a_slow_drive_does_not_pull_the_person_back(computer: Places):
    story = Looking(computer)
    async with Window(story.main) as window:
        await window.until(lambda: story.browser.path is not None)
        quick = look(computer.home)
        story.browser._look = lambda path: (__import__("time").sleep(0.1), look(path))[1]
        slow = window.page.run_task(story.browser.go, computer.top)
        await window.settle(0.02)
        story.browser._look = lambda path: quick
        await story.browser.go(computer.home)
        while not slow.done():
            await window.settle(0.02)
        assert story.at(computer.home)


async def test_long_lists_come_in_pages(computer: Places):
    for n in range(2 * ROWS_A_PAGE + 7):
        (computer.home / "Pictures" / f"study {n:03}").mkdir()
    story = Looking(computer)
    async with Window(story.main) as window:
        await window.until(lambda: story.browser.path is not None)
        await story.browser.go(computer.home / "Pictures")
        await window.settle()
        assert len(window.all(ft.ListTile)) == ROWS_A_PAGE
        await window.press("Show 100 more of 107")
        assert len(window.all(ft.ListTile)) == 2 * ROWS_A_PAGE
        await window.press("Show 7 more of 7")
        assert len(window.all(ft.ListTile)) == 2 * ROWS_A_PAGE + 7
        assert window.says("study 206")


async def test_cancel(computer: Places):
    story = Looking(computer)
    async with Window(story.main) as window:
        await window.press("Cancel")
        assert story.cancelled == [True]
        assert story.chosen == []


async def test_no_folder_no_choice(tmp_path: Path):
    story = Looking(Places("linux", tmp_path / "gone", "anna", top=tmp_path))
    async with Window(story.main) as window:
        await window.until(lambda: window.says("Cannot open: SourceMissing"))
        assert window.button("Use this folder").disabled

"""From nothing to one's own pictures in a real browser: a vault is made, a disc goes in, its pictures come out."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pydicom
import pytest
from answering import keep_everybody
from driver import Journey
from playwright.sync_api import expect

import app.ui.shell
import vault
import viewer
from app.services import unlock
from app.ui.folders import Places
from app.ui.pictures import Pictures
from app.ui.rendering import render
from app.ui.shell import Shell
from app.ui.view import Target

PASSPHRASE = "violet kettle morning anchor"


class Person:
    """Somebody at this computer, with a disc in a folder, and what the page has been asked to show them."""

    def __init__(self, folder: Path, disc: Path) -> None:
        self.vault, self.home = folder / "vault", folder / "home"
        self.home.mkdir()
        (self.home / "My scans").symlink_to(disc, target_is_directory=True)
        places = Places("linux", self.home, "somebody", top=folder / "nothing")
        self.shell = Shell(self.vault, lambda: datetime(2026, 5, 2, tzinfo=UTC), places)
        self.targets: list[Target] = []

    def render(self, pictures: Pictures, target: Target) -> bytes:
        self.targets.append(target)
        return render(pictures, target)


@pytest.fixture
def person_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Person]:
    def make(disc: Path) -> Person:
        person = Person(tmp_path, disc)
        monkeypatch.setattr(app.ui.shell, "render", person.render)
        # Making the passphrase slow to guess takes half a second each time, and is tested in the vault.
        monkeypatch.setattr(unlock, "create", lambda folder, phrase, **_: make_vault(folder, phrase))
        return person

    make_vault = unlock_with_floor(unlock.create)
    return make


def unlock_with_floor(create: Callable[..., unlock.Record]) -> Callable[[Path, str], unlock.Record]:
    return lambda folder, phrase: create(folder, phrase, cost=vault.FLOOR)


def make_vault(journey: Journey) -> None:
    journey.reads("Make your vault")
    journey.type("Passphrase", PASSPHRASE)
    journey.type("Passphrase again", PASSPHRASE)
    journey.press("Create my vault")
    expect(journey.mark("empty")).to_be_attached()


def load_disc(journey: Journey) -> None:
    journey.press("Load a disc")
    journey.page.get_by_role("button", name="My scans").first.click()
    journey.reads_in("folder-path", "My scans")
    journey.press("Use this folder")
    keep_everybody(journey)


def at_the_timeline(open_app: Callable[..., Journey], person: Person) -> tuple[Person, Journey]:
    """Make a vault, load the person's disc, and come back to the timeline."""
    journey = open_app(person.shell.show)
    make_vault(journey)
    load_disc(journey)
    journey.press("See my record")
    return person, journey


def open_card(journey: Journey, words: str) -> None:
    journey.page.locator('[flt-semantics-identifier^="card-"]', has_text=words).first.click()


def assert_exact(journey: Journey, person: Person, files: list[Path]) -> None:
    """What is on the screen is what the engine makes of the disc's own file, to the pixel."""
    screen = journey.screen()
    left, top, right, bottom = journey.area("picture")
    target = person.targets[-1]
    view = target.view
    window = viewer.Window(*view.window) if view.window else None
    port = viewer.Viewport(target.width, target.height, view.zoom, view.pan, window, view.invert)
    expected = viewer.show(viewer.decode(files[view.index].read_bytes()), port)
    shown = screen[top:bottom, left:right]
    assert shown.shape[:2] == expected.shape[:2]
    assert np.array_equal(shown, expected if expected.ndim == 3 else np.repeat(expected[..., None], 3, axis=2))
    assert shown.max() > 60, "something is to be seen"


def look_around(journey: Journey, person: Person, files: list[Path]) -> None:
    count = len(files)
    journey.reads_in("position", f"1 of {count}")
    assert_exact(journey, person, files)
    left, top, right, bottom = journey.area("picture")
    middle = ((left + right) / 2, (top + bottom) / 2)
    journey.page.mouse.move(*middle)
    steps = min(count - 1, 7)
    for _ in range(steps):
        journey.page.mouse.wheel(0, 100)
    journey.reads_in("position", f"{steps + 1} of {count}")
    assert_exact(journey, person, files)
    journey.page.mouse.down()
    journey.page.mouse.move(middle[0] - 60, middle[1] - 30, steps=8)
    journey.page.mouse.up()
    assert_exact(journey, person, files)
    assert person.targets[-1].view.window is not None
    assert person.targets[-1].view.index == steps


def by_place(path: Path) -> float:
    dataset = pydicom.dcmread(path, stop_before_pixels=True)
    row, column = np.reshape(dataset.ImageOrientationPatient, (2, 3))
    return float(np.dot(np.cross(row, column), dataset.ImagePositionPatient))


def by_number(path: Path) -> int:
    return int(pydicom.dcmread(path, stop_before_pixels=True).InstanceNumber)


def test_a_disc_goes_in_and_its_pictures_come_out(
    open_app: Callable[..., Journey], person_with: Callable[[Path], Person], small_disc: Path
) -> None:
    person = person_with(small_disc)
    journey = open_app(person.shell.show)
    make_vault(journey)
    load_disc(journey)
    journey.reads("20 new pictures from 2 exams are safe in your record.")
    journey.press("See my record")
    open_card(journey, "MRI of the head")
    expect(journey.mark("study")).to_be_attached()
    journey.press("Back to the timeline")
    expect(journey.mark("timeline")).to_be_attached()
    open_card(journey, "MRI of the head")
    expect(journey.mark("study")).to_be_attached()
    open_card(journey, "slices seen from the side")
    expect(journey.mark("picture")).to_be_attached()
    files = sorted((path for path in small_disc.rglob("IM*") if is_sagittal(path)), key=by_place)
    look_around(journey, person, files)
    journey.page.keyboard.press("Escape")
    expect(journey.mark("study")).to_be_attached()


def is_sagittal(path: Path) -> bool:
    dataset = pydicom.dcmread(path, stop_before_pixels=True)
    row, column = np.reshape(dataset.ImageOrientationPatient, (2, 3))
    return dataset.Modality == "MR" and abs(np.cross(row, column)[0]) > 0.8


@pytest.mark.corpus
@pytest.mark.parametrize("size", [(1280, 800)], ids=["wide"])
def test_a_real_disc_goes_in(
    open_app: Callable[..., Journey], person_with: Callable[[Path], Person], corpus: Path
) -> None:
    person = person_with(corpus / "disc-layouts")
    journey = open_app(person.shell.show)
    make_vault(journey)
    load_disc(journey)
    journey.reads("31 new pictures from 7 exams")
    journey.press("See my record")
    open_card(journey, "MRI of the head")
    expect(journey.mark("study")).to_be_attached()  # cards of the timeline count pictures too
    open_card(journey, "7 pictures")
    expect(journey.mark("picture")).to_be_attached()
    # Seven slices turned around one axis: geometry gives them no order, so they keep the scanner's numbers.
    files = sorted((corpus / "disc-layouts" / "98892003" / "MR700").iterdir(), key=by_number)
    look_around(journey, person, files)


def test_the_record_is_locked_and_opened_again(
    open_app: Callable[..., Journey], person_with: Callable[[Path], Person], small_disc: Path
) -> None:
    _, journey = at_the_timeline(open_app, person_with(small_disc))
    journey.press("Lock my record")
    journey.reads("Open your vault")
    for _ in range(2):
        journey.type("Passphrase", "violet kettle")
        journey.press("Open my vault")
        journey.reads("The passphrase did not open the vault.")
    journey.type("Passphrase", PASSPHRASE)
    journey.press("Open my vault")
    expect(journey.mark("timeline")).to_be_attached(timeout=30_000)
    journey.reads("MRI of the head")


def test_checking_and_saving_the_originals(
    open_app: Callable[..., Journey], person_with: Callable[[Path], Person], small_disc: Path
) -> None:
    person, journey = at_the_timeline(open_app, person_with(small_disc))
    journey.press("Keep it safe")
    journey.press("Check that everything is whole")
    journey.reads("Everything is whole:")
    journey.mark("back").click()
    expect(journey.mark("timeline")).to_be_attached()
    open_card(journey, "MRI of the head")
    journey.press("Save the original files")
    journey.reads_in("folder-path", "home")
    journey.press("Use this folder")
    journey.reads("12 original files are in")
    saved = sorted(path.read_bytes() for path in (person.home / "Scanfolio files").rglob("IM*"))
    assert saved == sorted(path.read_bytes() for path in (small_disc / "DICOM" / "ST000002").rglob("IM*"))


def test_the_vault_is_locked_when_the_page_goes_away(
    open_app: Callable[..., Journey], person_with: Callable[[Path], Person], small_disc: Path
) -> None:
    person = person_with(small_disc)
    journey = open_app(person.shell.show)
    make_vault(journey)
    with pytest.raises(vault_in_use()):
        unlock.unlock(person.vault, PASSPHRASE)
    journey.page.close()
    person.shell.close()  # what the launcher calls when nobody looks any more
    unlock.unlock(person.vault, PASSPHRASE).lock()


def vault_in_use() -> type[Exception]:
    from vault.errors import VaultInUse

    return VaultInUse

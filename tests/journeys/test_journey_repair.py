"""A damaged record, in a real browser: the check finds it, the repair mends what can be mended, and says so."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from driver import BOTH_SIZES, Journey
from makers import damage, discs
from makers.records import PASSPHRASE, fill, new_vault
from playwright.sync_api import expect

from app.services import unlock
from app.services.back_up import back_up
from app.ui.folders import Places
from app.ui.shell import Shell

LONG_MS = 60_000


def clock() -> datetime:
    return datetime(2026, 5, 2, 12, tzinfo=UTC)


class Person:
    """Somebody with a record of two people's exams and a backup of it."""

    def __init__(self, folder: Path) -> None:
        self.vault, self.drive = new_vault(folder / "vault"), folder / "drive"
        for number, maker in enumerate((discs.plain, discs.two_patients)):
            with unlock.unlock(self.vault, PASSPHRASE) as record:
                fill(record, maker(folder / f"disc {number}", seed=number + 1).root, clock)
        with unlock.unlock(self.vault, PASSPHRASE) as record:
            back_up(record, self.drive, clock)
            self.before = {one.id: one.images for one in record.catalogue.studies()}
        self.shell = Shell(self.vault, clock, Places("linux", folder, "somebody", top=folder / "nothing"))


def open_with(journey: Journey, passphrase: str) -> None:
    journey.type("Passphrase", passphrase)
    journey.press("Open my vault")
    expect(journey.mark("timeline")).to_be_attached(timeout=LONG_MS)


@BOTH_SIZES
def test_lists_that_are_gone_come_back(open_app: Callable[..., Journey], tmp_path: Path) -> None:
    person = Person(tmp_path)
    damage.all_lists_gone(person.vault)
    journey = open_app(person.shell.show)
    open_with(journey, PASSPHRASE)
    journey.reads("Nothing here yet")
    journey.press("Keep it safe")
    journey.press("Check that everything is whole")
    journey.reads("The lists of what is in your record are damaged")
    journey.reads("Press “Repair the lists”.")
    journey.press("Repair the lists")
    journey.reads("The lists are repaired:")
    journey.reads("Everything is whole:")
    journey.press("Back to the timeline")
    journey.reads("Otto Other")
    person.shell.close()
    with unlock.unlock(person.vault, PASSPHRASE, read_only=True) as record:
        assert {one.id: one.images for one in record.catalogue.studies()} == person.before
        assert record.vault.verify().ok


def test_what_is_lost_is_named_with_the_backup_that_has_it(open_app: Callable[..., Journey], tmp_path: Path) -> None:
    person = Person(tmp_path)
    damage.log(person.vault)
    damage.pack_gone(person.vault)
    journey = open_app(person.shell.show)
    open_with(journey, PASSPHRASE)
    journey.reads("It only adds; nothing is taken away.")
    journey.press("Repair the lists")
    journey.reads("Still open:")
    journey.reads("damaged or missing.")
    journey.reads("Load the discs of these exams again.")
    journey.reads("Your backup of 2 May 2026 may hold them too")
    person.shell.close()


@BOTH_SIZES
def test_a_damaged_pack_comes_back_from_the_backup(open_app: Callable[..., Journey], tmp_path: Path) -> None:
    person = Person(tmp_path)
    hurt = damage.picture(person.vault)
    journey = open_app(person.shell.show)
    open_with(journey, PASSPHRASE)
    journey.press("Keep it safe")
    journey.press("Check that everything is whole")
    journey.reads("Your backup of 2 May 2026 may hold them too")
    journey.press("Bring it back from a backup")
    journey.reads("The backup itself is not changed.")
    journey.press(f"The backup of 2 May 2026: {person.drive}")
    journey.reads("Your backup brought back 1 file that was damaged.")
    journey.reads("Everything is whole:")
    person.shell.close()
    assert hurt.read_bytes() == (person.drive / "packs" / hurt.name).read_bytes()
    with unlock.unlock(person.vault, PASSPHRASE, read_only=True) as record:
        assert {one.id: one.images for one in record.catalogue.studies()} == person.before
        assert record.vault.verify().ok

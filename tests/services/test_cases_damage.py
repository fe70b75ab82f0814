"""Cases 63 to 75: drives that fail, discs that go away, computers that stop; nothing is lost and nothing is made up."""

import errno
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from accounting import Loads, counts, outcomes, reasons
from makers import files, index
from makers.faulty import BLOCK, FaultySource, Trouble
from makers.records import PASSPHRASE

import app.services.load_disc
import vault.errors
from app.disc.outcomes import Outcome, State
from app.disc.sources import FolderSource
from app.errors import Cancelled
from app.progress import Step
from app.services import unlock

COUNT = 8


def disc(count: int = COUNT) -> dict[str, bytes]:
    images = {f"IM/{number:03}": files.image(number, seed=1) for number in range(1, count + 1)}
    return {**images, "DICOMDIR": index.dicomdir(images)}


BAD = "IM/004"
PIXELS = BLOCK * 2  # a block in the middle of the made pictures' pixels


def test_63_an_error_on_a_file_is_told_and_the_rest_is_kept(loads: Loads) -> None:
    report = loads(FaultySource(disc(), {BAD: Trouble(at_open=True)}))
    assert reasons(report)[BAD] == "read_error"
    assert outcomes(report)[BAD] is Outcome.UNREADABLE
    assert counts(report) == {Outcome.IMAGE: COUNT - 1, Outcome.NOT_RECORD: 1, Outcome.UNREADABLE: 1}
    assert report.state is State.INCOMPLETE


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a file that answers with EIO to everybody")
def test_63_an_error_of_a_real_system_call(loads: Loads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, data in disc().items():
        (tmp_path / "disc" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "disc" / path).write_bytes(data)
    (tmp_path / "disc" / BAD).unlink()
    (tmp_path / "disc" / BAD).symlink_to("/proc/self/mem")
    source = FolderSource(tmp_path / "disc")
    monkeypatch.setattr(source, "_resolved", Path("/"))  # the link counts as part of the disc
    monkeypatch.setattr(source, "_stands_at", lambda *_: True)
    report = loads(source, truth={path: data for path, data in disc().items() if path != BAD})
    assert outcomes(report)[BAD] in (Outcome.UNREADABLE, Outcome.EMPTY)
    assert report.counts["images_new"] == COUNT - 1


def test_64_an_error_within_the_pixels_leaves_a_marked_picture(loads: Loads) -> None:
    source = FaultySource(disc(), {BAD: Trouble(bad=(PIXELS,))})
    report = loads(source)
    assert (outcomes(report)[BAD], reasons(report)[BAD]) == (Outcome.DAMAGED, "salvaged")
    assert (loads.images(), loads.damaged()) == (COUNT, 1)
    whole, kept = source.files[BAD], loads.kept()[BAD]
    assert kept[:PIXELS] == whole[:PIXELS]
    assert kept[PIXELS : PIXELS + BLOCK] == bytes(BLOCK)
    assert kept[PIXELS + BLOCK :] == whole[PIXELS + BLOCK :]


def test_64_an_error_within_the_header_leaves_no_picture(loads: Loads) -> None:
    report = loads(FaultySource(disc(), {BAD: Trouble(bad=(0,))}))
    assert outcomes(report)[BAD] is Outcome.UNREADABLE
    assert loads.images() == COUNT - 1


def test_65_an_error_on_the_index_loads_the_tree(loads: Loads) -> None:
    for trouble in (Trouble(at_open=True), Trouble(bad=(0,))):
        report = loads(FaultySource(disc(), {"DICOMDIR": trouble}))
        assert report.state is State.INCOMPLETE or report.dicomdir.damaged
        assert loads.images() == COUNT


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_66_a_folder_that_cannot_be_read_is_told_and_not_empty(
    loads: Loads, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for path, data in disc().items():
        (tmp_path / "disc" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "disc" / path).write_bytes(data)
    real = os.scandir

    def scandir(path: object) -> object:
        if str(path).endswith("IM"):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return real(path)  # type: ignore[call-overload]

    monkeypatch.setattr("app.disc.sources.folder.os.scandir", scandir)
    report = loads(FolderSource(tmp_path / "disc"), truth={})
    assert reasons(report) == {"DICOMDIR": "disc_index", "IM": "folder_unreadable"}
    assert report.state is State.INCOMPLETE
    assert len(report.dicomdir.missing) == COUNT


def test_67_a_second_try_that_works_makes_it_complete(loads: Loads) -> None:
    for trouble in (Trouble(at_open=True, heals_after=1), Trouble(bad=(PIXELS,), heals_after=1)):
        report = loads(FaultySource(disc(), {BAD: trouble}))
        assert report.state is State.COMPLETE
    assert loads.images() == COUNT
    assert loads.damaged() == 0


def test_68_an_intact_copy_takes_the_place_of_a_damaged_one(loads: Loads) -> None:
    loads(FaultySource(disc(), {BAD: Trouble(bad=(PIXELS,))}))
    report = loads(FaultySource(disc()))
    assert (outcomes(report)[BAD], reasons(report)[BAD]) == (Outcome.IMAGE, "replaces_damaged")
    assert (loads.images(), loads.damaged()) == (COUNT, 0)
    assert len(loads.record.vault.deleted) == 1, "the damaged one is in the recycle bin"


def test_68_so_does_one_for_a_picture_that_was_cut_short(loads: Loads) -> None:
    whole = disc()
    loads(FaultySource({**whole, BAD: whole[BAD][:-500]}))
    assert loads.damaged() == 1
    assert reasons(loads(FaultySource(whole)))[BAD] == "replaces_damaged"
    assert (loads.images(), loads.damaged()) == (COUNT, 0)


def test_68_a_damaged_copy_never_takes_the_place_of_an_intact_one(loads: Loads) -> None:
    whole = disc()
    loads(FaultySource(whole))
    for source in (FaultySource(whole, {BAD: Trouble(bad=(PIXELS,), size=len(whole[BAD]))}, label="other drive"),
                   FaultySource({**whole, BAD: whole[BAD][:-500]})):  # fmt: skip
        source.files = {**source.files, "more": files.image(99, seed=1)}  # another disc: nothing is known by its name
        report = loads(source)
        assert (outcomes(report)[BAD], reasons(report)[BAD]) == (Outcome.REPACKAGED, "damaged_copy")
    assert loads.damaged() == 0


def test_68_another_picture_under_the_number_of_a_damaged_one_is_kept_beside_it(loads: Loads) -> None:
    whole = disc()
    loads(FaultySource({**whole, BAD: whole[BAD][:-500]}))
    other = bytearray(whole[BAD])
    other[-1000] ^= 0xFF
    report = loads(FaultySource({**whole, BAD: bytes(other)}))
    assert outcomes(report)[BAD] is Outcome.CONFLICT
    assert (loads.images(), loads.damaged()) == (COUNT + 1, 1)


def test_69_ejected_half_way_and_loaded_again(loads: Loads) -> None:
    report = loads(FaultySource(disc(40), ejected_after=20))
    assert report.state is State.INCOMPLETE
    assert {"source_gone", "drive_gave_up"} >= {
        item.reason for item in report.items if item.outcome is Outcome.UNREADABLE
    }
    kept = loads.images()
    assert 15 <= kept <= 20
    source = FaultySource(disc(40))
    again = loads(source)
    assert again.state is State.COMPLETE
    assert again.counts["images_new"] == 40 - kept
    assert again.known_since


VICTIM = """
import sys
from pathlib import Path
import app.services.load_disc as loading
from app.clock import system_clock
from app.services import unlock
from app.services.whose import everybody
loading.CHECKPOINT_BYTES = 1
def progress(step):
    print(step.done, flush=True)
    sys.stdin.readline()
with unlock.unlock(Path(sys.argv[1]), sys.argv[2]) as record:
    loading.load_disc(record, Path(sys.argv[3]), system_clock, everybody, progress)
"""


@pytest.mark.parametrize("after", range(0, COUNT + 2, 3))
def test_70_killed_at_any_file_and_loaded_again(vault_folder: Path, tmp_path: Path, after: int) -> None:
    for path, data in disc().items():
        (tmp_path / "disc" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "disc" / path).write_bytes(data)
    arguments = [sys.executable, "-c", VICTIM, vault_folder, PASSPHRASE, tmp_path / "disc"]
    victim = subprocess.Popen(list(map(str, arguments)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert victim.stdin is not None
    assert victim.stdout is not None
    while int(victim.stdout.readline()) < after:
        victim.stdin.write("\n")
        victim.stdin.flush()
    victim.kill()
    victim.wait()
    with unlock.unlock(vault_folder, PASSPHRASE) as record:
        loads = Loads(record)
        assert record.vault.verify().ok, "no half objects"
        kept = loads.images()
        assert kept >= after - 2
        report = loads(tmp_path / "disc")
        assert report.counts["duplicates_exact"] == kept
        assert report.counts["images_new"] == COUNT - kept
        assert bool(report.resumed_from) == (kept > 0 or after > 0)


def test_71_a_full_disk_stops_and_a_second_load_goes_on(loads: Loads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.services.load_disc, "CHECKPOINT_BYTES", 1)
    real = vault.Transaction.put
    puts = 0

    def put(self: vault.Transaction, *arguments: object, **more: object) -> object:
        nonlocal puts
        puts += 1
        if puts == 5:
            raise vault.errors.DiskFull(loads.record.vault.folder)
        return real(self, *arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(vault.Transaction, "put", put)
    with pytest.raises(vault.errors.DiskFull):
        loads(FaultySource(disc()))
    kept = loads.images()
    assert kept >= 3
    report = loads(FaultySource(disc()))
    assert report.state is State.COMPLETE
    assert report.resumed_from
    assert report.counts["duplicates_exact"] == kept


def test_72_cancelling_in_a_slow_sector_takes_less_than_a_second(loads: Loads) -> None:
    slow = threading.Event()

    def sleep(seconds: float) -> None:
        if seconds:
            slow.set()
            time.sleep(seconds)

    def progress(step: Step) -> None:
        if slow.is_set() and step.done == 3:
            raise Cancelled

    source = FaultySource(disc(), {BAD: Trouble(seconds=8.0)}, sleep=sleep)
    begun = time.monotonic()
    report = loads(source, progress=progress)
    assert time.monotonic() - begun < 1.0
    assert report.state is State.CANCELLED
    assert loads.images() == 2, "what was read is kept: the index, and two pictures"


@pytest.mark.parametrize("listed", [-300, 300], ids=["grew", "shrank"])
def test_73_a_size_that_changes_while_reading(loads: Loads, listed: int) -> None:
    whole = disc()
    report = loads(FaultySource(whole, {BAD: Trouble(size=len(whole[BAD]) + listed)}))
    grew = listed < 0
    assert outcomes(report)[BAD] is (Outcome.IMAGE if grew else Outcome.DAMAGED)
    assert loads.kept()[BAD] == whole[BAD]


def test_74_forbidden_is_not_broken(loads: Loads) -> None:
    for number in (errno.EPERM, errno.EACCES):
        report = loads(FaultySource(disc(), {BAD: Trouble(at_open=True, number=number)}))
        assert reasons(report)[BAD] == "no_permission"


def test_75_reads_are_in_path_order_and_one_at_a_time(loads: Loads) -> None:
    source = FaultySource(disc(30))
    loads(source)
    assert source.opened == sorted(source.files, key=os.fsencode)
    assert len(source.reading_threads) == 1


def stopping(after: int) -> Callable[[Step], None]:
    def progress(step: Step) -> None:
        if step.done >= after:
            raise Cancelled

    return progress


def test_a_resumed_load_reads_only_what_is_missing(loads: Loads) -> None:
    stopped = loads(FaultySource(disc(30)), progress=stopping(12))
    assert stopped.state is State.CANCELLED
    before = loads.images()
    source = FaultySource(disc(30))
    whole = source.files
    asked: dict[str, int] = {}
    real = source.open

    def counting(entry: object) -> object:
        stream = real(entry)  # type: ignore[arg-type]
        original = stream.readinto  # type: ignore[attr-defined]
        path = entry.path  # type: ignore[attr-defined]

        def readinto(buffer: object) -> int:
            got = int(original(buffer))
            asked[path] = asked.get(path, 0) + got
            return got

        stream.readinto = readinto  # type: ignore[attr-defined]
        return stream

    source.open = counting  # type: ignore[method-assign,assignment]
    report = loads(source)
    assert report.resumed_from
    assert report.counts["images_new"] == 30 - before
    assert report.counts["duplicates_exact"] == before
    assert all(asked[path] <= len(whole[path]) for path in whole)


def test_a_known_disc_is_told_by_its_first_bytes(loads: Loads, monkeypatch: pytest.MonkeyPatch) -> None:
    loads(FaultySource(disc()))
    whole: list[bool] = []
    real = app.services.intake.Intake.take

    def take(self: object, read: object) -> None:
        whole.append(read.whole)  # type: ignore[attr-defined]
        real(self, read)  # type: ignore[arg-type]

    monkeypatch.setattr(app.services.intake.Intake, "take", take)
    report = loads.again(FaultySource(disc()))
    assert report.known_since
    assert report.counts["duplicates_exact"] == COUNT
    assert whole.count(False) == COUNT, "only the index is read whole"


def test_a_known_name_and_size_with_other_first_bytes_is_read(loads: Loads) -> None:
    loads(FaultySource(disc()))
    changed = disc()
    other = bytearray(changed[BAD])
    other[3] ^= 0xFF  # in the preamble
    changed[BAD] = bytes(other)
    assert outcomes(loads(FaultySource(changed)))[BAD] is Outcome.REPACKAGED

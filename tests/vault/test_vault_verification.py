"""What a check tells: counts that add up, names of what is damaged, and nothing it cannot know."""

import random
import threading
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from vault_shelf import PASSPHRASE, Shelf, content, load, with_profile
from vault_simdisk import SimDisk

import vault
import vault.errors
from vault import packing, reading
from vault.errors import DiskFault, VaultError
from vault.format import pack as pack_format

HERE = Path("/v")
LONG = random.Random(3).randbytes(300_000)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> SimDisk:
    """Packs of three objects, and one with a long object."""
    monkeypatch.setattr(packing, "PACK_SIZE", 62_000)
    monkeypatch.setattr(packing, "LONG", 100_000)
    monkeypatch.setattr(reading, "PIECE", 64 << 10)
    disk = SimDisk()
    with vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as opened:
        profile = with_profile(opened)
        load(opened, profile, range(6))
        with opened.write() as w:
            w.append("item", {"name": "long", "object": w.put(profile, LONG).id, "import": 1}, profile)
    return disk


def opening(disk: SimDisk) -> vault.OpenedVault:
    return vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk, read_only=True)


def packs(disk: SimDisk) -> list[Path]:
    """The packs of contents, the one with the long object last."""
    found = [path for path in disk.names_now if path.parent.name == "packs" and len(disk.names_now[path].data) > 2_000]
    return sorted(found, key=lambda path: len(disk.names_now[path].data))


def adds_up(found: vault.Verification) -> bool:
    return found.objects == found.intact + len(found.damaged) + len(found.missing)


def test_a_whole_vault_is_told_so(disk: SimDisk) -> None:
    with opening(disk) as opened:
        for deep in (True, False):
            found = opened.verify(deep=deep)
            assert found == vault.Verification(
                deep=deep,
                objects=7,
                intact=7,
                damaged=(),
                missing=(),
                packs=4,  # one of nothing but events, for the pack with the long object was full
                missing_packs=(),
                frames=4,
                bytes=6 * 20_000 + len(LONG),
                faults=(),
                torn=(),
                strays=(),
            )
            assert found.ok


def test_an_empty_vault_is_whole() -> None:
    with vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=SimDisk()) as opened:
        found = opened.verify()
        assert (found.ok, found.objects, found.packs, found.frames, found.bytes) == (True, 0, 0, 0, 0)


@pytest.mark.parametrize("part", [0, 1, 2, 3, 4])
def test_damage_in_any_piece_of_a_long_object_names_it(part: int, disk: SimDisk) -> None:
    disk.names_now[packs(disk)[-1]].data[pack_format.HEAD_SIZE + 60 + part * (64 << 10)] ^= 4
    with opening(disk) as opened:
        found = opened.verify()
        long = opened.query("SELECT object FROM item WHERE name = 'long'")[0][0]
        assert found.damaged == (long,)
        assert adds_up(found)
        assert not found.ok
        with pytest.raises(vault.errors.Damaged) as caught:
            opened.read(long)
        assert caught.value.what == "object"
        clean = 0 if part else 64 << 10
        assert opened.read(long, clean, clean + 1000) == LONG[clean : clean + 1000]


@pytest.mark.parametrize("at", [1, 3, 8])
def test_a_check_that_is_cancelled_reads_no_further(at: int, disk: SimDisk) -> None:
    calls = []

    def cancel(done: int, _total: int) -> None:
        calls.append(done)
        if len(calls) == at:
            raise InterruptedError

    with opening(disk) as opened:
        with pytest.raises(InterruptedError):
            opened.verify(progress=cancel)
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("verify")]
    assert len(calls) == at


def test_a_long_content_goes_on_piece_by_piece(disk: SimDisk) -> None:
    steps: list[int] = []
    with opening(disk) as opened:
        opened.verify(progress=lambda done, _total: steps.append(done))
    assert max(after - before for before, after in zip([0, *steps], steps, strict=False)) == reading.PIECE


def test_progress_reaches_the_end_whatever_is_damaged(disk: SimDisk) -> None:
    disk.names_now[packs(disk)[-1]].data[pack_format.HEAD_SIZE + 60] ^= 4
    disk.remove(packs(disk)[0])
    steps: list[tuple[int, int]] = []
    with opening(disk) as opened:
        found = opened.verify(progress=lambda done, total: steps.append((done, total)))
    assert steps[-1] == (found.bytes, found.bytes)
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    assert adds_up(found)


def test_a_fast_check_sees_what_is_gone_and_a_deep_one_what_is_changed(disk: SimDisk) -> None:
    short = packs(disk)[0]
    disk.names_now[short].data[pack_format.HEAD_SIZE + 60] ^= 4
    with opening(disk) as opened:
        assert opened.verify(deep=False).ok
        assert len(opened.verify().damaged) == 1
    del disk.names_now[short].data[-1:]
    with opening(disk) as opened:
        fast = opened.verify(deep=False)
        assert [fault.what for fault in fast.faults] == ["footer"]
        assert len(fast.damaged) == 3  # nothing is known of them without a trailer
        deep = opened.verify()
        assert len(deep.damaged) == 1  # their contents are
        assert adds_up(fast)
        assert adds_up(deep)
    disk.remove(short)
    with opening(disk) as opened:
        for deep_too in (False, True):
            gone = opened.verify(deep=deep_too)
            assert gone.missing_packs == (short.name,)
            assert len(gone.missing) == 3
            assert adds_up(gone)


def test_a_trailer_that_lists_another_content_is_told(disk: SimDisk) -> None:
    """As a program would write it that took one file for another: sealed rightly, but not the truth."""
    path = packs(disk)[0]
    with opening(disk) as opened:
        one = opened._session
        keys = one.keys(bytes.fromhex(opened.profiles[0]))
        id = bytes.fromhex(path.name)
        data = bytes(disk.names_now[path].data)
        at, size = pack_format.read_footer(data[-pack_format.FOOTER_SIZE :], len(data))
        entries = pack_format.entries(keys.trailer(id).unseal(data[at : at + size]))
        wrong = [replace(entries[0], id=bytes(32)), *entries[1:]]
        sealed = bytes(keys.trailer(id).seal(pack_format.trailer(wrong)))
        disk.names_now[path].data[at : at + size] = sealed
        found = opened.verify(deep=False)
        assert len(found.damaged) == 1
        assert found.intact == 6


def test_a_content_under_anothers_id_is_told_by_a_deep_check() -> None:
    with vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=SimDisk()) as opened:
        profile = with_profile(opened)
        with opened.write() as w:
            keys = opened._session.keys(bytes.fromhex(profile))
            id = w._packing._add(keys, memoryview(b"one"), sha256(b"another").digest()).id
        assert opened.verify(deep=False).ok
        assert opened.verify().damaged == (id,)


def test_a_medium_that_cannot_be_read_is_told(disk: SimDisk) -> None:
    """EIO at each read in turn: a typed error, or a check that says what it could not read."""
    with opening(disk) as opened:
        rows = dict(opened.query("SELECT name, object FROM item"))
    read, reads = disk.read, [0]
    told: set[str] = set()
    for number in range(200):
        reads[0] = 0

        def failing(path: Path, start: int = 0, size: int | None = None, number: int = number) -> bytes:
            reads[0] += 1
            if reads[0] - 1 == number:
                raise DiskFault(path, 5)
            return read(path, start, size)

        disk.read = failing
        told.add(attempt(disk, rows))
        if reads[0] <= number:
            break
    else:
        pytest.fail("more reads than expected")
    assert told == {"refused", "told", "whole"}


def attempt(disk: SimDisk, rows: dict[str, vault.ObjectId]) -> str:
    try:
        with opening(disk) as opened:
            found = opened.verify()
            assert adds_up(found)
            for number in range(6):
                assert opened.read(rows[f"NAME-{number}"]) == content(number)
            return "whole" if found.ok else "told"
    except VaultError:
        return "refused"


@pytest.mark.parametrize("which", [0, 1])
def test_cancelling_a_check_leaves_the_vault_as_it_was(which: int, disk: SimDisk) -> None:
    class Cancelled(Exception):
        pass

    def cancelling(count: int) -> Callable[[int, int], None]:
        left = [count]

        def step(_done: int, _total: int) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise Cancelled

        return step

    with opening(disk) as opened:
        with pytest.raises(Cancelled):
            opened.verify(progress=cancelling(which * 5))
        assert opened.verify().ok

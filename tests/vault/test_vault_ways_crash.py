"""Power cuts, full disks and changed bytes at every write of a header: somebody can always get in, nothing is lost."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha512
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from vault_keystore import MemoryKeyStore
from vault_shelf import PASSPHRASE, Shelf, load, with_profile
from vault_simdisk import FATES, Inode, PowerCut, SimDisk, cut_power_at, fail_at

import vault
from vault import FLOOR, RecoveryWords, ThisComputer
from vault.errors import Damaged, DiskFull, NoSuchWay, VaultError, WrongKey
from vault.format.header import Header
from vault.keys import slot as slots
from vault.keys.ring import Ring
from vault.store import headers, places
from vault.store.places import Places
from vault.values import Random

HERE = Path("/v")
COPIES = (HERE / "header.a", HERE / "header.b")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
WORDS = RecoveryWords(bytes(range(16)))


def counting() -> Callable[[int], bytes]:
    """The same bytes in every run, so that a passphrase is stretched once."""
    numbers = count()
    return lambda size: sha512(str(next(numbers)).encode()).digest()[:size]


def base() -> SimDisk:
    """A vault with two passphrases and a loaded disc."""
    disk = SimDisk()
    with vault.create(HERE, PASSPHRASE, Shelf(), cost=FLOOR, disk=disk, random=counting()) as opened:
        load(opened, with_profile(opened), range(2))
        opened.ways.add_passphrase("another", "", NOW, FLOOR)
    return disk.copy()


@dataclass(frozen=True)
class Change:
    """One change: which ways it closes and which it opens."""

    act: Callable[[vault.Ways, ThisComputer], object]
    closes: tuple[str, ...] = ()
    opens: tuple[vault.Way, ...] = ()


def first(ways: vault.Ways) -> vault.WayId:
    return ways.find(PASSPHRASE).id


CHANGES = {
    "a passphrase is added": Change(lambda w, _: w.add_passphrase("third", "", NOW, FLOOR), opens=("third",)),
    "a passphrase is changed": Change(
        lambda w, _: w.change_passphrase(first(w), "new", NOW, FLOOR), (PASSPHRASE,), ("new",)
    ),
    "a passphrase is revoked": Change(lambda w, _: w.revoke(first(w)), (PASSPHRASE,)),
    "words are added": Change(lambda w, _: w.add_recovery_words(WORDS, "", NOW), opens=(WORDS,)),
    "a computer is remembered": Change(lambda w, computer: w.remember(computer, "", NOW)),
}


def run(disk: SimDisk, change: Change, computer: ThisComputer) -> bool:
    """Whether the change was acknowledged before the power went."""
    done = False
    with (
        contextlib.suppress(PowerCut),
        vault.unlock(HERE, "another", Shelf(), disk=disk, random=counting_from(1000)) as opened,
    ):
        change.act(opened.ways, computer)
        done = True
    return done


def counting_from(start: int) -> Callable[[int], bytes]:
    numbers = count(start)
    return lambda size: sha512(str(next(numbers)).encode()).digest()[:size]


def calls(start: SimDisk, change: Change) -> int:
    disk = start.copy()
    assert run(disk, change, ThisComputer(MemoryKeyStore()))
    return len(disk.calls)


def opens(disk: SimDisk, way: vault.Way) -> bool:
    """Whether a way opens a copy of this disk, for writing; and then all must be there and be put in order."""
    disk = disk.copy()
    try:
        with vault.unlock(HERE, way, Shelf(), disk=disk) as opened:
            assert opened.query("SELECT count(*) FROM item") == [(2,)]
            assert len(opened.profiles) == 1
            found = opened.verify()
            assert found.ok, found
            assert opened.ways.find(way).id in {one.id for one in opened.ways.all()}
    except WrongKey:
        return False
    assert disk.read(COPIES[0]) == disk.read(COPIES[1])
    with vault.unlock(HERE, way, Shelf(), disk=disk, read_only=True) as again:
        assert again.verify().ok
    return True


def judge(disk: SimDisk, change: Change, computer: ThisComputer, *, acknowledged: bool) -> None:
    """The way that was not touched always opens; of the others the old, the new, or, cut off, either."""
    assert opens(disk, "another")
    old = [opens(disk, way) for way in change.closes]
    new = [opens(disk, way) for way in change.opens]
    if acknowledged:
        assert not any(old)
        assert all(new)
    elif change.closes and change.opens:
        assert old[0] or new[0]
    with contextlib.suppress(WrongKey):  # an entry without its slot opens nothing, and is no error
        vault.unlock(HERE, computer, Shelf(), disk=disk.copy()).lock()


@pytest.mark.parametrize("name", CHANGES)
def test_a_power_cut_at_any_call_locks_nobody_out(name: str) -> None:
    start, change = base(), CHANGES[name]
    acknowledged = set()
    for call in range(calls(start, change) + 1):
        disk, computer = start.copy(), ThisComputer(MemoryKeyStore())
        disk.fault = cut_power_at(call)
        done = run(disk, change, computer)
        acknowledged.add(done)
        for fate in FATES:
            try:
                judge(disk.after(fate), change, computer, acknowledged=done)
            except (AssertionError, VaultError) as error:
                raise AssertionError(f"{fate.title} at call {call}: {disk.calls[-1:]}") from error
    assert acknowledged == {True, False}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("sticky", [False, True])
def test_a_full_disk_at_any_call_locks_nobody_out(name: str, sticky: bool) -> None:
    start, change = base(), CHANGES[name]
    for call in range(calls(start, change)):
        disk, computer = start.copy(), ThisComputer(MemoryKeyStore())
        disk.fault = fail_at(call, DiskFull, sticky=sticky)
        try:
            done = run(disk, change, computer)
        except DiskFull:
            done = False
        judge(disk.copy(), change, computer, acknowledged=done)


def test_the_same_session_goes_on_after_a_full_disk() -> None:
    change = CHANGES["a passphrase is changed"]
    start = base()
    disk = start.copy()
    with vault.unlock(HERE, "another", Shelf(), disk=disk, random=counting_from(1000)) as opened:
        before = len(disk.calls)
        change.act(opened.ways, ThisComputer(MemoryKeyStore()))
        numbers = range(before, len(disk.calls))
    for call in numbers:
        disk = start.copy()
        with vault.unlock(HERE, "another", Shelf(), disk=disk, random=counting_from(1000)) as opened:
            disk.fault = fail_at(call, DiskFull, sticky=False)
            with contextlib.suppress(DiskFull):
                change.act(opened.ways, ThisComputer(MemoryKeyStore()))
            disk.fault = lambda _n, _call, _path: None
            with contextlib.suppress(WrongKey):  # it is done already if only the last sync failed
                opened.ways.find(PASSPHRASE)
                change.act(opened.ways, ThisComputer(MemoryKeyStore()))
            load(opened, with_profile(opened), range(2, 3))
        assert not refuses(disk, "new")
        assert refuses(disk, PASSPHRASE)


def refuses(disk: SimDisk, way: vault.Way) -> bool:
    try:
        vault.unlock(HERE, way, Shelf(), disk=disk, read_only=True).lock()
    except WrongKey:
        return True
    return False


# --- two at once --------------------------------------------------------------------------------------------------


def test_two_changes_at_once_are_both_made() -> None:
    disk = base()
    with vault.unlock(HERE, "another", Shelf(), disk=disk) as opened:
        other = threading.Thread(target=lambda: opened.ways.add_passphrase("third", "", NOW, FLOOR))

        def start_the_other(_number: int, call: str, path: Path) -> None:
            if call == "rename" and path in COPIES and other.ident is None:
                other.start()
                other.join(0.3)

        disk.fault = start_the_other
        opened.ways.add_recovery_words(WORDS, "", NOW)
        other.join()
        assert len(opened.ways.all()) == 4
    for way in (PASSPHRASE, "another", "third", WORDS):
        assert opens(disk, way)


def test_a_way_that_is_revoked_meanwhile_does_not_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    disk = base()
    with vault.unlock(HERE, "another", Shelf(), disk=disk) as opened:
        old = first(opened.ways)
        stretch = slots.stretch

        def slowly(*arguments: Any) -> bytes:
            opened.ways.revoke(old)
            return stretch(*arguments)

        monkeypatch.setattr(slots, "stretch", slowly)
        with pytest.raises(NoSuchWay):
            opened.ways.change_passphrase(old, "new", NOW, FLOOR)
        monkeypatch.setattr(slots, "stretch", stretch)
        assert len(opened.ways.all()) == 1
    assert not opens(disk, PASSPHRASE)
    assert not opens(disk, "new")


# --- what the tests must catch -----------------------------------------------------------------------------------


def violated(name: str) -> bool:
    start, change = base(), CHANGES[name]
    for call in range(calls(start, change) + 1):
        disk, computer = start.copy(), ThisComputer(MemoryKeyStore())
        disk.fault = cut_power_at(call)
        done = run(disk, change, computer)
        for fate in FATES:
            try:
                judge(disk.after(fate), change, computer, acknowledged=done)
            except (AssertionError, VaultError):
                return True
    return False


def only_one_copy(
    disk: SimDisk, where: Places, ring: Ring, header: headers.Header, random: vault.values.Random
) -> None:
    covered = headers.fmt.encode(header)
    data = headers.fmt.seal_off(covered, ring.header_mac(covered))
    places.write_whole(disk, where, random(16).hex(), where.headers[0], data)


def both_at_once(disk: SimDisk, where: Places, ring: Ring, header: Header, random: Random) -> None:
    covered = headers.fmt.encode(header)
    data = headers.fmt.seal_off(covered, ring.header_mac(covered))
    files = []
    for path in where.headers:
        if path in disk.names_now:
            disk.remove(path)
        files.append(disk.create(path))
    for file in files:
        file.append(data)
        file.sync()
    disk.sync_folder(where.folder)


@pytest.mark.parametrize("mutant", [only_one_copy, both_at_once])
def test_headers_written_wrongly_are_caught(mutant: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(headers, "write", mutant)
    assert violated("a passphrase is changed")


# --- copies of different age -------------------------------------------------------------------------------------


def history() -> tuple[list[bytes], SimDisk, vault.ProfileId]:
    """Headers in the order in which they were written: the first passphrase changed, then a new profile."""
    disk = SimDisk()
    past: list[bytes] = []
    with vault.create(HERE, PASSPHRASE, Shelf(), cost=FLOOR, disk=disk, random=counting()) as opened:
        past.append(disk.read(COPIES[0]))
        opened.ways.change_passphrase(first(opened.ways), "new", NOW, FLOOR)
        past.append(disk.read(COPIES[0]))
        load(opened, profile := with_profile(opened), range(2))
        past.append(disk.read(COPIES[0]))
    return past, disk.copy(), profile


def with_copies(disk: SimDisk, a: bytes, b: bytes) -> SimDisk:
    other = disk.copy()
    for path, data in zip(COPIES, (a, b), strict=True):
        other.names_now[path] = Inode(bytearray(data), data)
    return other


@pytest.mark.parametrize("swapped", [False, True])
def test_a_copy_that_stayed_behind_opens_to_nobody_it_should_not(swapped: bool) -> None:
    past, disk, _ = history()
    pair = (past[0], past[2]) if swapped else (past[2], past[0])
    for read_only in (False, True):
        mixed = with_copies(disk, *pair)
        with pytest.raises(WrongKey):
            vault.unlock(HERE, PASSPHRASE, Shelf(), disk=mixed, read_only=read_only)
        assert (mixed.read(COPIES[0]), mixed.read(COPIES[1])) == pair


@pytest.mark.parametrize("swapped", [False, True])
def test_a_change_that_was_cut_off_is_decided_by_who_comes_first(swapped: bool) -> None:
    past, disk, _ = history()
    pair = (past[0], past[1]) if swapped else (past[1], past[0])
    for way, other in ((PASSPHRASE, "new"), ("new", PASSPHRASE)):
        mixed = with_copies(disk, *pair)
        vault.unlock(HERE, way, Shelf(), disk=mixed).lock()
        assert not refuses(mixed, way)
        assert refuses(mixed, other)


def test_whoever_comes_in_by_the_older_copy_loses_no_profile() -> None:
    """A new profile reached one copy only; the other copy has other ways in."""
    disk = SimDisk()
    with vault.create(HERE, PASSPHRASE, Shelf(), cost=FLOOR, disk=disk, random=counting()) as opened:
        session = opened._session
        old = disk.read(COPIES[1])
        session.ring.add_profile(bytes(16), session.random)
        changed = opened.ways._by_passphrase(session.header.slots[0].id, "new", vault.ways.Note(), FLOOR)
        session.change_header(lambda header: replace(header, slots=(changed,), profiles=dict(session.ring.wrapped)))
        new = disk.read(COPIES[0])
    mixed = with_copies(disk, new, old)
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=mixed) as opened:
        assert set(opened._session.header.profiles) == {bytes(16)}
        assert set(opened._session.ring.profiles) == {bytes(16)}
    assert not refuses(mixed, PASSPHRASE)
    assert refuses(mixed, "new")


def test_a_forged_copy_of_a_higher_generation_counts_for_nothing() -> None:
    past, disk, _ = history()
    forged = headers.fmt.decode(past[2]).header
    covered = headers.fmt.encode(replace(forged, generation=99, slots=()))
    mixed = with_copies(disk, headers.fmt.seal_off(covered, bytes(32)), past[2])
    assert not refuses(mixed, "new")
    assert headers.unlock(mixed, Places(HERE), "new")[1].generation == forged.generation


# --- every byte ---------------------------------------------------------------------------------------------------


def of_every_kind() -> tuple[SimDisk, ThisComputer]:
    disk, computer = SimDisk(), ThisComputer(MemoryKeyStore())
    with vault.create(HERE, PASSPHRASE, Shelf(), cost=FLOOR, disk=disk, random=counting()) as opened:
        opened.ways.add_recovery_words(WORDS, "a page", NOW)
        opened.ways.remember(computer, "a laptop", NOW)
    return disk.copy(), computer


def flips(data: bytes) -> Iterator[bytes]:
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1 << at % 8
        yield bytes(changed)


def repaired(data: bytes) -> bytes:
    """The same, with a checksum that is right again: what somebody would do on purpose."""
    return data[:-4] + headers.fmt.checksum(data[:-4])


def test_every_flipped_byte_of_one_copy_is_told_and_mended() -> None:
    disk, _ = of_every_kind()
    whole = disk.read(COPIES[0])
    for changed in flips(whole):
        mixed = with_copies(disk, changed, whole)
        with vault.unlock(HERE, WORDS, Shelf(), disk=mixed, read_only=True) as opened:
            assert [fault.path.name for fault in opened.verify().faults] == ["header.a"]
    vault.unlock(HERE, WORDS, Shelf(), disk=mixed).lock()
    assert mixed.read(COPIES[0]) == mixed.read(COPIES[1])


def test_every_byte_forged_in_both_copies_opens_to_nobody() -> None:
    disk, computer = of_every_kind()
    whole = disk.read(COPIES[0])
    for at, changed in enumerate(map(repaired, flips(whole))):
        if at >= len(whole) - 4:
            continue  # the checksum itself
        mixed = with_copies(disk, changed, changed)
        for way in (WORDS, computer):
            with pytest.raises(VaultError):
                vault.unlock(HERE, way, Shelf(), disk=mixed, read_only=True)


def test_every_truncation_of_both_copies_is_damage() -> None:
    disk, computer = of_every_kind()
    whole = disk.read(COPIES[0])
    for length in range(len(whole)):
        mixed = with_copies(disk, whole[:length], whole[:length])
        for way in (PASSPHRASE, WORDS, computer):
            with pytest.raises(Damaged):
                vault.unlock(HERE, way, Shelf(), disk=mixed, read_only=True)

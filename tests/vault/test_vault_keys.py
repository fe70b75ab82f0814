"""Ways in: passphrases, costs, slots and the header that holds them."""

import os
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from vault_shelf import PASSPHRASE, Shelf, with_profile
from vault_simdisk import SimDisk

import vault
from vault.crypto import machine
from vault.crypto import stretch as stretching
from vault.crypto.stretch import DEFAULT, FLOOR, Cost, calibrate, stretch
from vault.errors import (
    CostOutOfBounds,
    EmptyPassphrase,
    NewerFormat,
    NotEnoughMemory,
    OlderFormat,
    WrongPassphrase,
)
from vault.format import header as header_format
from vault.format import prefix
from vault.format.header import Header, Slot
from vault.keys import slot as slots
from vault.keys.note import Note
from vault.keys.ring import Ring
from vault.store import headers
from vault.store.places import Places

HERE = Path("/v")
VAULT = bytes(range(16))
KEY = bytes(range(32))
SLOT = bytes(range(16, 32))
GIB = 1 << 20


def deterministic(size: int) -> bytes:
    return bytes(size)


@pytest.mark.parametrize(
    "wrong",
    [
        {"memory_kib": 19 * 1024 - 1},
        {"memory_kib": 2048 * 1024 + 1},
        {"iterations": 1},
        {"iterations": 65},
        {"lanes": 0},
        {"lanes": 17},
    ],
)
def test_a_cost_out_of_bounds_is_refused(wrong: dict[str, int]) -> None:
    fields = {"memory_kib": 65536, "iterations": 3, "lanes": 4} | wrong
    with pytest.raises(CostOutOfBounds) as caught:
        Cost(**fields)
    assert caught.value == CostOutOfBounds(**fields)


def test_both_bounds_are_allowed() -> None:
    assert Cost(19 * 1024, 2, 1) == FLOOR
    assert Cost(2048 * 1024, 64, 16).lanes == 16


@pytest.mark.parametrize(("seconds", "times"), [(0.25, 2), (0.1, 5), (0.9, 1), (0.0001, 16), (0.5, 1)])
def test_calibration_takes_the_memory_that_half_a_second_allows(seconds: float, times: int) -> None:
    ticks = iter([0.0, seconds])
    assert calibrate(lambda: next(ticks), 16 * GIB) == replace(DEFAULT, memory_kib=65536 * times)


@pytest.mark.parametrize(("seconds", "mib"), [(0.3, 96), (0.2, 160), (0.251, 112), (0.49, 64), (5.0, 64)])
def test_calibration_goes_by_steps_of_16_mib_downwards(seconds: float, mib: int) -> None:
    ticks = iter([0.0, seconds])
    assert calibrate(lambda: next(ticks), 16 * GIB).memory_kib == mib * 1024


@pytest.mark.parametrize(
    ("memory", "times"), [(8 * GIB, 16), (4 * GIB, 8), (2 * GIB, 4), (GIB, 2), (GIB // 2, 1), (GIB // 4, 1), (0, 1)]
)
def test_calibration_leaves_a_small_machine_most_of_its_memory(memory: int, times: int) -> None:
    ticks = iter([0.0, 0.0])
    assert calibrate(lambda: next(ticks), memory) == replace(DEFAULT, memory_kib=65536 * times)


def test_calibration_takes_the_floor_where_the_default_cannot_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretching, "Argon2id", NoRoom)
    assert calibrate(lambda: 0.0, GIB) == FLOOR


def test_too_little_memory_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stretching, "Argon2id", NoRoom)
    with pytest.raises(NotEnoughMemory) as caught:
        stretch("any", bytes(16), DEFAULT)
    assert caught.value.memory_kib == DEFAULT.memory_kib


class NoRoom:
    def __init__(self, **_: object) -> None:
        pass

    def derive(self, _: bytes) -> bytes:
        raise MemoryError


def test_this_machine_says_how_much_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine.memory_kib() > DEFAULT.memory_kib
    monkeypatch.delattr(os, "sysconf")
    assert machine.memory_kib() == machine.USUAL_KIB


def test_what_this_machine_can_bear_is_within_the_bounds() -> None:
    cost = machine.affordable_cost()
    assert cost == FLOOR or (cost.iterations, cost.lanes) == (DEFAULT.iterations, DEFAULT.lanes)
    assert FLOOR.memory_kib <= cost.memory_kib <= stretching.HIGHEST


def test_a_passphrase_means_the_same_however_it_is_composed() -> None:
    composed, decomposed = unicodedata.normalize("NFC", "Bär ﬁ"), unicodedata.normalize("NFD", "Bär fi")
    assert composed != decomposed
    assert stretch(composed, bytes(16), FLOOR) == stretch(decomposed, bytes(16), FLOOR)
    assert stretch("bär fi", bytes(16), FLOOR) != stretch(decomposed, bytes(16), FLOOR)


def test_a_lone_surrogate_is_a_passphrase_too() -> None:
    assert len(stretch("\udcff", bytes(16), FLOOR)) == 32


def test_an_empty_passphrase_makes_no_vault(folder: Path, shelf: Shelf) -> None:
    with pytest.raises(EmptyPassphrase):
        vault.create(folder, "", shelf, cost=FLOOR)
    assert not folder.exists()


@pytest.mark.parametrize("passphrase", ["", "Correct horse", "correct horse ", "x" * 10_000, "correct\0horse"])
def test_a_wrong_passphrase_gives_no_hint(
    passphrase: str, make: Callable[[], vault.OpenedVault], folder: Path, shelf: Shelf
) -> None:
    make().lock()
    with pytest.raises(WrongPassphrase) as caught:
        vault.unlock(folder, passphrase, shelf)
    assert caught.value.args == ()
    assert str(caught.value) == ""
    assert vars(caught.value) == {}


def test_a_wrong_passphrase_is_stretched_once_for_both_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    disk = SimDisk()
    vault.create(HERE, PASSPHRASE, Shelf(), cost=FLOOR, disk=disk).lock()
    calls: list[str] = []
    monkeypatch.setattr(slots, "stretch", lambda *args: calls.append(args[0]) or bytes(32))
    with pytest.raises(WrongPassphrase):
        vault.unlock(HERE, "wrong", Shelf(), disk=disk)
    assert calls == ["wrong"]


def one_slot(passphrase: str = PASSPHRASE, cost: Cost = FLOOR) -> Slot:
    return slots.passphrase_slot(Ring(VAULT, KEY), SLOT, passphrase, cost, Note(), deterministic)


def unknown(content: bytes) -> Slot:
    return Slot(200, SLOT, bytes(header_format.NOTE_SIZE), content)


def test_any_of_several_slots_opens() -> None:
    both = (one_slot("first"), one_slot("second"))
    assert slots.open_slots(VAULT, both, "first") == (both[0], KEY)
    assert slots.open_slots(VAULT, both, "second") == (both[1], KEY)
    with pytest.raises(WrongPassphrase):
        slots.open_slots(VAULT, both, "third")


def test_an_unknown_kind_of_slot_is_passed_over() -> None:
    assert slots.open_slots(VAULT, (unknown(b"from the future"), one_slot()), PASSPHRASE)[1] == KEY


def test_a_slot_of_another_vault_does_not_open() -> None:
    with pytest.raises(WrongPassphrase):
        slots.open_slots(bytes(16), (one_slot(),), PASSPHRASE)


def test_a_slot_made_cheaper_does_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even to somebody for whom stretching gives the same key at every cost."""
    monkeypatch.setattr(slots, "stretch", lambda *_: KEY)
    dear = one_slot(cost=DEFAULT)
    cheap = bytearray(dear.content)
    cheap[16:20] = (19 * 1024).to_bytes(4, "big")
    assert slots.open_slots(VAULT, (dear,), PASSPHRASE)[1] == KEY
    with pytest.raises(WrongPassphrase):
        slots.open_slots(VAULT, (replace(dear, content=bytes(cheap)),), PASSPHRASE)


def test_a_slot_under_another_id_does_not_open() -> None:
    with pytest.raises(WrongPassphrase):
        slots.open_slots(VAULT, (replace(one_slot(), id=bytes(16)),), PASSPHRASE)


@pytest.mark.parametrize("content", [b"", bytes(131), bytes(133)])
def test_a_slot_of_another_length_is_malformed(content: bytes) -> None:
    with pytest.raises(prefix.Malformed):
        slots.open_slots(VAULT, (replace(one_slot(), content=content),), PASSPHRASE)


def test_a_slot_that_asks_too_much_is_refused_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    slot = one_slot()
    dear = bytearray(slot.content)
    dear[16:20] = (1 << 31).to_bytes(4, "big")
    monkeypatch.setattr(slots, "stretch", lambda *_: pytest.fail("worked"))
    with pytest.raises(CostOutOfBounds) as caught:
        slots.open_slots(VAULT, (replace(slot, content=bytes(dear)),), PASSPHRASE)
    assert caught.value.memory_kib == 1 << 31


def a_header() -> Header:
    ring = Ring(VAULT, KEY)
    ring.add_profile(bytes(16), deterministic)
    return Header(VAULT, 7, (one_slot(), unknown(b"")), dict(ring.wrapped))


def test_a_header_reads_back() -> None:
    header = a_header()
    covered = header_format.encode(header)
    signed = header_format.decode(header_format.seal_off(covered, bytes(32)))
    assert (signed.header, signed.covered, signed.mac) == (header, covered, bytes(32))


@pytest.mark.parametrize("counts", [b"\xff\xff\x00\x01", b"\x00\x02\xff\xff", b"\x00\x00\x00\x00"])
def test_a_header_whose_counts_do_not_fit_is_malformed(counts: bytes) -> None:
    covered = bytearray(header_format.encode(a_header()))
    covered[40:44] = counts
    with pytest.raises(prefix.Malformed):
        header_format.decode(header_format.seal_off(bytes(covered), bytes(32)))


@pytest.mark.parametrize(("number", "error"), [(0, OlderFormat), (2, NewerFormat), (0xFFFFFFFF, NewerFormat)])
def test_another_format_says_both_numbers(number: int, error: type, folder: Path, shelf: Shelf) -> None:
    vault.create(folder, PASSPHRASE, shelf, cost=FLOOR).lock()
    for name in ("header.a", "header.b"):
        data = (folder / name).read_bytes()
        (folder / name).write_bytes(prefix.encode(prefix.HEADER, number) + b"laid out in another way")
        assert data[8:12] == b"\0\0\0\1"
    with pytest.raises(error) as caught:
        vault.unlock(folder, PASSPHRASE, shelf)
    assert (caught.value.found, caught.value.known) == (number, 1)


def test_the_newest_copy_wins_and_the_older_is_renewed() -> None:
    disk, places = SimDisk(), Places(HERE)
    with vault.create(HERE, PASSPHRASE, Shelf(), cost=FLOOR, disk=disk) as opened:
        old = disk.read(places.headers[1])
        with_profile(opened)
    disk.names_now[places.headers[1]].data[:] = old
    assert headers.unlock(disk, places, PASSPHRASE)[1].generation == 2
    vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk).lock()
    assert disk.read(places.headers[0]) == disk.read(places.headers[1])
    assert headers.unlock(disk, places, PASSPHRASE)[1].generation == 3


@pytest.mark.parametrize("name", ["header.a", "header.b"])
@pytest.mark.parametrize("left", [b"", b"SFv", b"other bytes altogether", None])
def test_one_bad_copy_is_replaced(name: str, left: bytes | None) -> None:
    disk = SimDisk()
    vault.create(HERE, PASSPHRASE, Shelf(), cost=FLOOR, disk=disk).lock()
    if left is None:
        disk.remove(HERE / name)
    else:
        disk.names_now[HERE / name].data[:] = left
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk, read_only=True) as opened:
        assert [(f.path.name, f.what) for f in opened.verify().faults] == [(name, "header")]
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk) as opened:
        assert opened.verify().ok


def test_secrets_are_not_shown(make: Callable[[], vault.OpenedVault]) -> None:
    with make() as opened:
        profile = with_profile(opened)
        session = opened._session
        keys = session.keys(bytes.fromhex(profile))
        sealing = keys.object(bytes(16), 0)
        for thing in (opened, session, session.ring, keys, sealing, opened.write()):
            assert str(sealing.key) not in repr(thing)
            assert sealing.key.hex() not in repr(thing)
            assert PASSPHRASE not in repr(thing)
        assert repr(opened) == f"OpenedVault({opened.id})"

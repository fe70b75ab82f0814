"""A made-up format 2: how a program opens a vault of format 1, writes beside it, and moves it."""

import shutil
import struct
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from vault_powercuts import Inline, caught, survives
from vault_shelf import PASSPHRASE, Shelf, content, load, with_profile
from vault_simdisk import SimDisk

import vault
from vault import opening as opening_module
from vault import packing, session, transaction
from vault.errors import DiskFull, NewerFormat, OlderFormat
from vault.format import pack, prefix
from vault.format.pack import Entry, Layout
from vault.store.disk import local_disk

VECTORS = Path(__file__).parent.parent / "vectors"
sys.path.insert(0, str(VECTORS))
import make_sample_vault as sample  # noqa: E402

HERE = Path("/v")
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_COUNT = struct.Struct("<I")


def write_2(entries: Sequence[Entry]) -> bytes:
    """Counted, and the last object first: an older program would take it for noise, or worse."""
    return _COUNT.pack(len(entries)) + pack.listing(list(reversed(entries)))


def read_2(data: bytes) -> tuple[Entry, ...]:
    entries = tuple(reversed(pack.entries(data[_COUNT.size :])))
    if _COUNT.unpack_from(data)[0] != len(entries):
        raise prefix.Malformed("trailer")
    return entries


Program = Callable[[int], None]


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    """`program(2)` makes this the later program, `program(1)` the earlier one again."""

    layouts = {1: pack.LAYOUTS[1], 2: Layout(write_2, read_2)}

    def become(number: int) -> None:
        monkeypatch.setattr(prefix, "FORMAT", number)
        monkeypatch.setattr(pack, "LAYOUTS", {known: layouts[known] for known in range(1, number + 1)})

    monkeypatch.setattr(packing, "PACK_SIZE", 62_000)
    monkeypatch.setattr(session, "SNAPSHOT_AFTER", 1)
    monkeypatch.setattr(transaction, "workers", Inline)
    yield become
    monkeypatch.undo()


def number_of(data: bytes) -> int:
    return struct.unpack_from(">I", data, 8)[0]


def numbers(disk: SimDisk, folder: str) -> list[int]:
    """The formats of the files in a folder."""
    found = [path for path in disk.names_now if path.parent.name == folder and not disk.names_now[path].folder]
    return sorted(number_of(bytes(disk.names_now[path].data)) for path in found if path.name != "writer")


@pytest.fixture(scope="module")
def first() -> SimDisk:
    """A vault of format 1: six contents in two packs, and a snapshot."""
    disk = SimDisk()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "PACK_SIZE", 62_000)
        patch.setattr(session, "SNAPSHOT_AFTER", 1)
        with vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as opened:
            load(opened, with_profile(opened), range(6))
    return disk.copy()


def opening(disk: SimDisk, *, read_only: bool = False) -> vault.OpenedVault:
    return vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk, read_only=read_only)


def is_whole(opened: vault.OpenedVault, count: int) -> None:
    rows = dict(opened.query("SELECT name, object FROM item"))
    assert set(rows) == {f"NAME-{number}" for number in range(count)}
    for number in range(count):
        assert opened.read(rows[f"NAME-{number}"]) == content(number)
    found = opened.verify()
    assert (found.ok, found.objects, opened.faults) == (True, count, ()), found


def test_a_reader_reads_it_and_writes_nothing(first: SimDisk, program: Program) -> None:
    program(2)
    disk = first.copy()
    before = disk.state()
    with opening(disk, read_only=True) as opened:
        is_whole(opened, 6)
    assert disk.state() == before


def test_it_is_written_beside_and_then_moved(first: SimDisk, program: Program) -> None:
    disk = first.copy()
    assert (numbers(disk, "v"), numbers(disk, "packs"), numbers(disk, "log")) == ([1, 1], [1, 1], [1])
    program(2)
    with opening(disk) as opened:
        assert numbers(disk, "v") == [2, 2]
        is_whole(opened, 6)
        load(opened, opened.profiles[0], range(6, 8))
        is_whole(opened, 8)
    assert (numbers(disk, "packs"), numbers(disk, "log"), numbers(disk, "snap")) == ([1, 1, 2], [1, 2], [2])
    with opening(disk) as opened:
        is_whole(opened, 8)
        done = opened.compact(NEVER)
        assert (done.packs, done.objects, done.kept) == (2, 6, ())
        assert set(numbers(disk, "packs")) == {2}
        assert opened.compact(NEVER).packs == 0
        is_whole(opened, 8)
    with opening(disk, read_only=True) as opened:
        is_whole(opened, 8)


def test_packs_of_both_formats_tell_everything_alone(first: SimDisk, program: Program) -> None:
    program(2)
    disk = first.copy()
    with opening(disk) as opened:
        load(opened, opened.profiles[0], range(6, 8))
    for path in [path for path in disk.names_now if path.parent.name in {"log", "snap"}]:
        del disk.names_now[path]
    with opening(disk) as opened:
        assert opened.repair().objects == 8
        is_whole(opened, 8)


@pytest.mark.parametrize("read_only", [True, False])
def test_the_earlier_program_stops_at_the_header_with_both_numbers(
    read_only: bool, first: SimDisk, program: Program
) -> None:
    disk = first.copy()
    program(2)
    opening(disk).lock()
    program(1)
    before = disk.state()
    with pytest.raises(NewerFormat) as caught:
        opening(disk, read_only=read_only)
    assert caught.value == NewerFormat(found=2, known=1)
    assert disk.state() == before


def test_a_program_that_reads_it_no_more_says_so_with_both_numbers(
    first: SimDisk, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(2)
    monkeypatch.setattr(prefix, "OLDEST", 2)
    with pytest.raises(OlderFormat) as caught:
        opening(first.copy())
    assert caught.value == OlderFormat(found=1, known=2)


def test_a_header_that_cannot_be_raised_lets_nobody_write(first: SimDisk, program: Program) -> None:
    def full(_number: int, call: str, path: Path) -> None:
        if call == "create":
            raise DiskFull(path)

    program(2)
    disk = first.copy()
    disk.fault = full
    with pytest.raises(DiskFull):
        opening(disk)
    assert disk.locked == set()
    disk.fault = lambda _number, _call, _path: None
    with opening(disk) as opened:
        is_whole(opened, 6)


def test_within_one_format_nothing_is_looked_for(first: SimDisk) -> None:
    disk = first.copy()
    before = {path: bytes(disk.names_now[path].data) for path in (HERE / "header.a", HERE / "header.b")}
    opening(disk).lock()
    assert all(disk.names_now[path].data == data for path, data in before.items())


def test_the_frozen_sample_is_moved(tmp_path: Path, program: Program) -> None:
    folder = tmp_path / "vault"
    shutil.copytree(VECTORS / "vault_format_1", folder)
    program(2)
    for move in (False, True):
        with vault.unlock(folder, sample.PASSPHRASE, sample.Notes()) as opened:
            if move:
                assert opened.compact(NEVER).kept == ()
            for name, id, _ in opened.query("SELECT name, object, profile FROM note"):
                assert opened.read(id) == sample.CONTENTS[name]
            assert opened.verify().ok
    disk = local_disk()
    found = {number_of(disk.read(path, 0, 16)) for path in [*(folder / "packs").iterdir(), folder / "header.a"]}
    assert found == {2}


def script_for(program: Program) -> Callable[[SimDisk, list[str]], None]:
    def script(disk: SimDisk, acknowledged: list[str]) -> None:
        program(2)
        with opening(disk) as opened:
            load(opened, opened.profiles[0], range(6, 8))
            acknowledged.append("loaded")
            opened.compact(NEVER)

    return script


def check_for(program: Program) -> Callable[[SimDisk, list[str]], None]:
    def check(disk: SimDisk, acknowledged: list[str]) -> None:
        program(1)
        earlier = disk.copy()
        before = earlier.state()
        try:
            with opening(earlier) as opened:
                is_whole(opened, 6)
                assert not acknowledged
        except NewerFormat:
            assert earlier.state() == before, "the earlier program changed what it cannot read"
        program(2)
        with opening(disk) as opened:
            there = len(opened.query("SELECT * FROM item"))
            assert there == 8 if acknowledged else there in {6, 8}
            is_whole(opened, there)
            opened.compact(datetime.fromtimestamp(1, UTC))
            assert set(numbers(disk, "packs")) == {2}
            is_whole(opened, there)

    return check


def test_a_power_cut_at_any_call_leaves_a_vault_for_both_programs(first: SimDisk, program: Program) -> None:
    assert survives(first, script_for(program), check_for(program)) > 150


def test_a_header_that_is_not_raised_first_is_caught(
    first: SimDisk, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening_module, "raise_header", lambda _session: None)
    monkeypatch.setattr(opening_module.headers, "mend", lambda _disk, _places, _ring, header, _random: header)
    caught(first, script_for(program), check_for(program))

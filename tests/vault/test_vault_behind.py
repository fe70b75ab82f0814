"""Sealing and writing behind: the same bytes in the same order, and no error lost."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import pytest
from vault_shelf import content
from vault_simdisk import SimDisk

from vault.crypto.seal import encryptor, sealed_size, unseal
from vault.errors import DiskFull
from vault.store import behind
from vault.store.behind import WrittenBehind, cut

PATH = Path("/v/file")
KEY, CONTEXT = bytes(32), b"context"


@pytest.fixture
def workers() -> Iterator[Executor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


@pytest.fixture
def disk() -> SimDisk:
    disk = SimDisk()
    disk.make_folder(PATH.parent)
    return disk


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PIECE", "ROOM", "BATCH"):
        monkeypatch.setattr(behind, name, 1 << 12)


def message(out: WrittenBehind, data: bytes) -> None:
    one = encryptor(KEY, CONTEXT)
    for piece in cut([data]):
        out.seal(one, piece)
    out.finalize(one)


@pytest.mark.parametrize("sizes", [[0], [1, 0, 5_000], [4_096, 16_384, 40_000], [100_000, 3]])
@pytest.mark.usefixtures("small")
def test_the_file_holds_all_of_it_in_order(sizes: list[int], disk: SimDisk, workers: Executor) -> None:
    out = WrittenBehind(disk.create(PATH), workers)
    out.append(b"head")
    for size in sizes:
        message(out, content(size, size))
    out.append(content(7, 9_000))
    out.settle()
    out.close()
    data, at = disk.read(PATH), 4
    assert data[:4] == b"head"
    for size in sizes:
        assert unseal(KEY, CONTEXT, data[at : at + sealed_size(size)]) == content(size, size)
        at += sealed_size(size)
    assert data[at:] == content(7, 9_000)


def test_what_is_not_much_waits_until_it_is_settled(disk: SimDisk, workers: Executor) -> None:
    out = WrittenBehind(disk.create(PATH), workers)
    message(out, b"short")
    assert disk.read(PATH) == b""
    out.settle()
    assert len(disk.read(PATH)) == sealed_size(5)
    out.close()


def test_tiny_pieces_do_not_pile_up(disk: SimDisk, workers: Executor) -> None:
    out = WrittenBehind(disk.create(PATH), workers)
    for _ in range(behind.BATCH // behind.LEAST):
        assert out._working is None
        out.append(b"x")
    assert out._working is not None
    out.close()


@pytest.mark.parametrize("kind", [bytearray, lambda data: memoryview(bytearray(data))])
def test_a_buffer_may_be_used_again_at_once(
    kind: Callable[[bytes], bytearray | memoryview], disk: SimDisk, workers: Executor
) -> None:
    out = WrittenBehind(disk.create(PATH), workers)
    data, one = kind(b"first" * 1_000), encryptor(KEY, CONTEXT)
    out.append(data)
    out.seal(one, data)
    data[:] = b"other" * 1_000
    out.finalize(one)
    out.settle()
    out.close()
    assert disk.read(PATH)[:5_000] == b"first" * 1_000
    assert unseal(KEY, CONTEXT, disk.read(PATH)[5_000:]) == b"first" * 1_000


@pytest.mark.usefixtures("small")
def test_an_error_of_the_other_thread_comes_with_what_is_next(disk: SimDisk, workers: Executor) -> None:
    def full(_number: int, call: str, path: Path) -> None:
        if call == "append":
            raise DiskFull(path)

    disk.fault = full
    out = WrittenBehind(disk.create(PATH), workers)
    with pytest.raises(DiskFull):
        for number in range(20):
            message(out, content(number))
    out.close()


@pytest.mark.usefixtures("small")
def test_closing_waits_and_hides_the_error(disk: SimDisk, workers: Executor) -> None:
    def full(_number: int, _call: str, path: Path) -> None:
        raise DiskFull(path)

    out = WrittenBehind(disk.create(PATH), workers)
    disk.fault = full
    out.append(content(1, 60_000)[: 1 << 12])
    working = out._working
    assert working is not None
    out.close()
    assert working.done()


def test_a_content_is_cut_without_a_byte_lost() -> None:
    data = content(1, 2 * behind.PIECE + 5)
    assert [len(piece) for piece in cut([data, b"ab"])] == [behind.PIECE, behind.PIECE, 5, 2]
    assert b"".join(cut([data])) == data

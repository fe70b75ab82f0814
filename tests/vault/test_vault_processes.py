"""Two processes and one vault: one writer, and its lock ends with it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from vault_shelf import PASSPHRASE, Shelf, load, with_profile

import vault
import vault.errors
from vault.errors import VaultInUse

HOLDER = f"""
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from vault_shelf import Shelf
import vault
import vault.errors
with vault.unlock(Path(sys.argv[1]), {PASSPHRASE!r}, Shelf()) as opened, opened.write() as w:
    w.put(opened.profiles[0], bytes(1000))
    print("holding", flush=True)
    sys.stdin.read()
"""
Maker = Callable[..., vault.OpenedVault]


@contextmanager
def holder(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that writes to the vault until its input ends."""
    command = [sys.executable, "-c", HOLDER, str(folder), str(Path(__file__).parent)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == b"holding\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_second_writer_is_told_who_the_first_is(make: Maker, reopen: Maker, folder: Path) -> None:
    with make() as opened:
        id = load(opened, with_profile(opened), range(1))[0].id
    with holder(folder) as process:
        with pytest.raises(VaultInUse) as caught:
            reopen()
        assert caught.value == VaultInUse(process.pid, socket.gethostname())
        with reopen(read_only=True) as reader:
            assert reader.size(id) == 20_000
            assert reader.verify().ok
        process.communicate()
    with reopen() as opened:
        assert opened.verify().objects == 2


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
def test_the_lock_of_a_killed_writer_is_free_and_its_leavings_go(make: Maker, reopen: Maker, folder: Path) -> None:
    with make() as opened:
        with_profile(opened)
    with holder(folder) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert str(process.pid) in (folder / "writer").read_text()
        assert len(list((folder / "tmp").iterdir())) == 1
        with reopen() as opened:
            assert opened.verify().ok
            assert opened.verify().objects == 0
        assert list((folder / "tmp").iterdir()) == []


def test_the_same_process_is_told_too(make: Maker, reopen: Maker, folder: Path, shelf: Shelf) -> None:
    with make():
        with pytest.raises(VaultInUse) as caught:
            reopen()
        assert caught.value.pid == os.getpid()
    reopen().lock()


@pytest.mark.parametrize("note", [b"", b"{", b"[1]", b'{"pid": "x", "host": 1}', b"\xff" * 2000])
def test_an_unreadable_note_still_tells_that_the_vault_is_in_use(note: bytes, make: Maker, reopen: Maker) -> None:
    with make() as opened:
        (opened.folder / "writer").write_bytes(note)
        with pytest.raises(VaultInUse) as caught:
            reopen()
        assert caught.value == VaultInUse(0, "")


def test_a_stale_note_decides_nothing(make: Maker, reopen: Maker, folder: Path) -> None:
    make().lock()
    (folder / "writer").write_text('{"pid": 1, "host": "elsewhere"}')
    reopen().lock()
    assert (folder / "writer").read_bytes() == b""


def test_a_refused_passphrase_gives_the_lock_up(make: Maker, reopen: Maker, folder: Path, shelf: Shelf) -> None:
    make().lock()
    with pytest.raises(vault.errors.WrongPassphrase):
        vault.unlock(folder, "wrong", shelf)
    reopen().lock()


def test_two_processes_that_make_the_same_vault_make_one(folder: Path, shelf: Shelf, make: Maker) -> None:
    with make(), pytest.raises(vault.errors.VaultExists):
        vault.create(folder, "another", shelf, cost=vault.FLOOR)

"""Nothing in clear ever reaches the disk: not in the vault, not beside it, not from SQLite."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from vault_shelf import PASSPHRASE, content, load, with_profile

import vault
from vault import session

TESTS = Path(__file__).parent
Maker = Callable[..., vault.OpenedVault]


def test_no_content_name_id_or_passphrase_is_readable(
    make: Maker, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "SNAPSHOT_AFTER", 1)
    with make() as opened:
        profile = with_profile(opened)
        stored = load(opened, profile, range(5))
        with pytest.raises(KeyError), opened.write() as w:
            w.put(profile, content(99))
            raise KeyError
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.parent.name for path in written} == {"vault", "packs", "log", "snap"}
    markers = [b"MARKER-", b"IN-CLEAR", b"NAME-", b"item", b"vault_object", b"SQLite format", PASSPHRASE.encode()]
    markers += [one.id.encode() for one in stored] + [bytes.fromhex(one.id) for one in stored]
    for path in written:
        data = path.read_bytes()
        for marker in markers:
            assert marker not in data, (path, marker)
            assert marker not in os.fsencode(path.relative_to(folder))


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_only_the_owner_may_look(make: Maker, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "SNAPSHOT_AFTER", 1)
    old = os.umask(0)
    try:
        with make() as opened:
            load(opened, with_profile(opened), range(2))
    finally:
        os.umask(old)
    modes = {path.is_dir(): stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.rglob("*")]}
    assert modes == {True: 0o700, False: 0o600}
    assert all(
        stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
        for path in [folder, *folder.rglob("*")]
    )


FORBIDDEN = """
import resource, signal, sys
sys.path.insert(0, sys.argv[1])
from vault_shelf import Shelf
from vault.database import Database
db = Database(Shelf())
db.fresh()
if sys.argv[2] == "mutant":
    with db.change() as change:
        pass
    db._db.execute("PRAGMA temp_store = FILE")
db._db.execute("PRAGMA cache_size = 10")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
try:
    with db.change() as change:
        rows = ((str(n) * 20,) for n in range(60_000))
        change.executemany("INSERT INTO item (name) VALUES (?)", rows)
        change.execute("UPDATE item SET name = name || 'x' WHERE n % 2")
    db.query("SELECT DISTINCT name FROM item ORDER BY name DESC, object")
    with db.change() as change:
        change.execute("DELETE FROM item")
        raise KeyError
except KeyError:
    sys.exit(0)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_FSIZE and SIGXFSZ")
@pytest.mark.parametrize(("kind", "clean"), [("vault", True), ("mutant", False)])
def test_sqlite_writes_no_temporary_file(kind: str, clean: bool) -> None:
    """In a process that may not write a single byte to any file; the mutant shows that it would."""
    done = subprocess.run([sys.executable, "-c", FORBIDDEN, str(TESTS), kind], capture_output=True, check=False)
    assert (done.returncode == 0) is clean, done.stderr.decode()


def test_the_vault_loads_no_window_and_no_dicom() -> None:
    code = (
        "import sys, vault; print([m for m in sys.modules if m.split('.')[0] in {'flet', 'pydicom', 'app', 'viewer'}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"

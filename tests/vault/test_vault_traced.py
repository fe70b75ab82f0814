"""A whole session under strace: what it opens for writing is the vault and what the person named, and nothing else."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pydicom
import pytest
from makers.records import PASSPHRASE

CALLS = "open,openat,openat2,creat,truncate,rename,renameat,renameat2,link,linkat,symlink,symlinkat,mknod,mknodat"
_CALL = re.compile(r"^(\w+)\((.*)\)\s+= (-?\d+)")  # short lines are filled up with spaces
_QUOTED = re.compile(r'(?:AT_FDCWD(?:<([^>]*)>)?|\d+<([^>]*)>)?(?:, )?"((?:[^"\\]|\\.)*)"')
_WRITING = ("O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND")
HARMLESS = {"/dev/null", "/dev/tty"}
NAMED = ("export", "picture.png", "report.json", "part")


@pytest.fixture(autouse=True, scope="module")
def allowed_to_trace() -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    if subprocess.run(["strace", "-qq", "-o", os.devnull, "true"], capture_output=True, check=False).returncode:
        pytest.skip("strace may not trace here")


@dataclass(frozen=True)
class Traced:
    """A command run under strace, and each path that it opened for writing, made, or gave a new name."""

    out: str
    written: tuple[Path, ...]


class Session:
    """Commands in a home of their own, where nothing else writes."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.vault = folder, folder / "vault"
        self.written: set[Path] = set()
        for name in ("home", "temp"):
            (folder / name).mkdir()

    def scanfolio(self, *arguments: str | Path) -> Any:
        program = Path(sys.executable).with_name("scanfolio")
        command = [str(program), *map(str, arguments), "--vault", str(self.vault), "--passphrase-file", "-", "--json"]
        return json.loads(self.run(command).out)

    def run(self, command: list[str]) -> Traced:
        traces = self.folder / "traces"
        traces.mkdir()
        home, temp = str(self.folder / "home"), str(self.folder / "temp")
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        traced = [
            "strace",
            "-ff",
            "-y",
            "-qq",
            "-s",
            "4096",
            "-e",
            f"trace={CALLS}",
            "-o",
            str(traces / "of"),
            *command,
        ]
        done = subprocess.run(
            traced, cwd=self.folder / "home", env={**kept, "HOME": home, "TMPDIR": temp}, input=PASSPHRASE + "\n",
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        lines = [line for path in traces.iterdir() for line in path.read_text(errors="replace").splitlines()]
        assert lines, "strace saw nothing"
        shutil.rmtree(traces)
        written = tuple(sorted({path for line in lines for path in writes(line, self.folder / "home")}))
        self.written.update(written)
        return Traced(done.stdout, written)

    def beside(self) -> set[Path]:
        """What was written beside the vault, and is neither what was named nor a cache of Python's own code."""
        allowed = [self.vault, *(self.folder / name for name in NAMED)]
        return {
            path
            for path in self.written
            if not any(path.is_relative_to(one) for one in allowed)
            and "__pycache__" not in path.parts
            and str(path) not in HARMLESS
        }


def writes(line: str, here: Path) -> Iterator[Path]:
    """The paths that one line of strace's says were opened for writing, made or renamed; none if it failed."""
    found = _CALL.match(line)
    if found is None or int(found[3]) < 0:
        return
    call, arguments = found[1], found[2]
    if call.startswith("open") and not any(flag in arguments for flag in _WRITING):
        return
    for at_here, at, path in _QUOTED.findall(arguments):
        yield Path(os.path.normpath(Path(at or at_here or here) / path))


def patient_data(disc: Path) -> set[bytes]:
    """Names, numbers, texts and pixels of a disc's files, as bytes that stand nowhere else."""
    found: set[bytes] = set()
    for path in (path for path in disc.rglob("*") if path.is_file() and path.name != "DICOMDIR"):
        try:
            data = pydicom.dcmread(path)
        except pydicom.errors.InvalidDicomError:
            continue
        texts = [data.PatientID, data.StudyInstanceUID, data.SOPInstanceUID, data.StudyDescription]
        texts += [part for part in re.split(r"[\^ ]", str(data.PatientName)) if len(part) > 4]
        found |= {str(text).encode() for text in texts if len(str(text)) > 4}
        middle = len(data.PixelData) // 2
        found.add(data.PixelData[middle : middle + 48])
    return {one for one in found if len(set(one)) > 3}


def holding(folders: Iterable[Path], markers: Iterable[bytes]) -> list[tuple[Path, bytes]]:
    """The files that hold a marker, in their bytes or in their name."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [
        (path, one) for path in files for one in markers if one in path.read_bytes() or one in os.fsencode(path.name)
    ]


SAFETY = """
import sys
from pathlib import Path
import vault
from app.catalogue.schema import CatalogueIndex

folder, part = map(Path, sys.argv[1:])
passphrase = input()
with vault.unlock(folder, passphrase, CatalogueIndex()) as opened:
    done = opened.repair()
    assert done.logs > 0 and done.events > 0, done
    profile, name = opened.query("SELECT profile, name FROM person")[0]
    assert opened.export_profile(vault.ProfileId(profile), part, passphrase, cost=vault.FLOOR).objects > 0
    opened.destroy_profile(vault.ProfileId(profile))
    assert opened.verify().ok
with vault.unlock(part, passphrase, CatalogueIndex()) as opened:
    assert opened.query("SELECT name FROM person") == [(name,)]
"""
"""What a person does when something went wrong: a repair after all logs were lost, a part taken out, then destroyed."""


def test_a_session_writes_nothing_in_clear(tmp_path: Path, small_disc: Path) -> None:
    session = Session(tmp_path)
    session.scanfolio("init")
    session.scanfolio("load", "--all-people", small_disc, "--report", tmp_path / "report.json")
    study = session.scanfolio("list")["studies"][0]
    session.scanfolio("render", study["series"][0]["id"], "-o", tmp_path / "picture.png")
    session.scanfolio("export", study["id"], tmp_path / "export")
    session.scanfolio("verify")
    for name in ("log", "snap"):
        shutil.rmtree(session.vault / name)
    session.run([sys.executable, "-c", SAFETY, str(session.vault), str(tmp_path / "part")])
    assert session.beside() == set()
    named = {path.relative_to(tmp_path).parts[0] for path in session.written if path.is_relative_to(tmp_path)}
    assert named >= {"vault", *NAMED}, "what was written was seen"
    markers = patient_data(small_disc)
    assert len(markers) > 40
    assert holding([session.vault, tmp_path / "part", tmp_path / "home", tmp_path / "temp"], markers) == []
    assert (tmp_path / "part" / "header.a").exists()
    assert holding([tmp_path / "export"], markers), "the markers are found where they do stand"


def test_a_temporary_file_would_be_seen(tmp_path: Path) -> None:
    session = Session(tmp_path)
    code = "import tempfile, os\nwith tempfile.TemporaryFile() as file: file.write(b'x')\nos.rename('a', 'b')"
    (tmp_path / "home" / "a").write_text("")
    session.run([sys.executable, "-c", code])
    assert {path.parent.name for path in session.beside()} == {tmp_path.name, "temp", "home"}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('openat(AT_FDCWD</h>, "a", O_RDONLY|O_CLOEXEC) = 3</h/a>', []),
        ('openat(AT_FDCWD</h>, "a", O_WRONLY|O_CREAT, 0600) = 3</h/a>', ["/h/a"]),
        ('openat(5</t>, "../a", O_RDWR) = 3</a>', ["/a"]),
        ('open("/x/y", O_RDWR|O_CREAT, 0600) = 3</x/y>', ["/x/y"]),
        ('openat(AT_FDCWD</h>, "/x", O_RDWR) = -1 EACCES (Permission denied)', []),
        ('rename("a", "/t/b")        = 0', ["/here/a", "/t/b"]),
        ("exit_group(0) = ?", []),
    ],
)
def test_a_line_of_strace_is_understood(line: str, found: list[str]) -> None:
    assert [str(path) for path in writes(line, Path("/here"))] == found

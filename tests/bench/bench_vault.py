"""The vault against what else a person could use: `python tests/bench/bench_vault.py [FOLDER] [ROUNDS]`.

Writing 1,500 files of 0.5 MB, reading all of them back, checking all of them, random ranges, and opening a vault of
400,000 objects. The files are made from a seed: a smooth 12-bit picture with noise, which shrinks about as a CT does.
Each tool is used as its manual says, on the same disk, with its own key derivation and its own sync inside the time;
what the start of Python and the key derivation take of the vault's time stands on a line of its own.
FOLDER, which takes some 12 GB meanwhile, must lie on the disk to be measured; tools that are missing are named.

restic runs with and without compression, borg with none and with its default (lz4), both with their caches;
gocryptfs is mounted, filled and unmounted inside the time, so that its daemon counts; age has a key file, as it
takes a passphrase only from a terminal, and so pays for no stretching.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from harness import Contender, Measured, race, table

FILES, SIDE = 1_500, 512
PASSPHRASE = "four plain words here"
STEPS = Path(__file__).with_name("vault_steps.py")


@dataclass(frozen=True)
class Room:
    """Where one run of the benchmark keeps what it makes."""

    folder: Path

    def __truediv__(self, name: str) -> Path:
        return self.folder / name

    @property
    def source(self) -> Path:
        return self / "source"

    @property
    def password(self) -> Path:
        return self / "password"


@dataclass(frozen=True)
class Tool:
    """One way to keep files: how it is begun anew, filled from the source, and emptied into `out`."""

    name: str
    program: str
    begin: str
    fill: str
    empty: str
    store: str


TOOLS = [
    Tool("restic, no compression", "restic", "restic init -q --repository-version 2",
         "restic --compression off backup -q '{source}'", "restic restore -q latest --target '{out}'", "restic-off"),
    Tool("restic, default", "restic", "restic init -q --repository-version 2",
         "restic backup -q '{source}'", "restic restore -q latest --target '{out}'", "restic"),
    Tool("borg, no compression", "borg", "borg init -e repokey-blake2 '{store}'",
         "borg create --compression none '{store}::one' '{source}'",
         "cd '{out}' && borg extract '{store}::one'", "borg-none"),
    Tool("borg, default", "borg", "borg init -e repokey-blake2 '{store}'",
         "borg create '{store}::one' '{source}'", "cd '{out}' && borg extract '{store}::one'", "borg"),
    Tool("gocryptfs", "gocryptfs",
         "mkdir -p '{store}' '{mount}' && gocryptfs -init -q -passfile '{password}' '{store}'",
         "{mounted} cp -r '{source}' '{mount}' && {unmounted} && sync -f '{store}'",
         "{mounted} cp -r '{mount}/source' '{out}' && {unmounted}", "gocryptfs"),
    Tool("tar | age", "age", "mkdir -p '{store}'",
         "tar -C '{folder}' -c source | age -r $(age-keygen -y '{age}') -o '{store}/all' && sync '{store}/all'",
         "age -d -i '{age}' '{store}/all' | tar -C '{out}' -x", "age"),
]  # fmt: skip
_MOUNTED = (
    "gocryptfs -fg -q -passfile '{password}' '{store}' '{mount}' & until mountpoint -q '{mount}'; do sleep 0.02; done;"
)
_UNMOUNTED = "fusermount -u '{mount}' && wait"


def main() -> None:
    if sys.flags.optimize:
        sys.exit("asserts are part of the measurement")
    place = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else Path.cwd()
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory(dir=place) as scratch:
        room = Room(Path(scratch))
        prepare(room)
        tools = [tool for tool in TOOLS if shutil.which(tool.program)]
        print("missing:", ", ".join(sorted({tool.program for tool in TOOLS} - {t.program for t in tools})) or "none")
        show("writing", race(filling(room, tools), rounds))
        print(sizes(room, tools))
        show("reading everything back", race(emptying(room, tools), rounds))
        show("checking everything", race(checking(room), rounds))
        for name in ("speeds", "ranges", "many"):
            print(f"\n{name}:\n{told(room, name)}", flush=True)


def prepare(room: Room) -> None:
    """The source, the secrets, and the environment that restic and borg read."""
    make_source(room.source)
    room.password.write_text(PASSPHRASE)
    if shutil.which("age-keygen"):
        subprocess.run(["age-keygen", "-o", room / "age.key"], check=True, capture_output=True)
    os.environ |= {
        "RESTIC_PASSWORD_FILE": str(room.password), "RESTIC_CACHE_DIR": str(room / "restic-cache"),
        "BORG_PASSCOMMAND": f"cat {room.password}", "BORG_BASE_DIR": str(room / "borg-home"),
    }  # fmt: skip


def make_source(folder: Path) -> None:
    """Pictures as a CT gives them: smooth shapes, noise of some grey levels, no two alike."""
    folder.mkdir()
    random = np.random.default_rng(1)
    y, x = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]
    for number in range(FILES):
        body = 1000 * np.exp(-((x / 0.7) ** 8) - ((y / (0.5 + 0.3 * number / FILES)) ** 8))
        noise = random.standard_normal((SIDE, SIDE), dtype=np.float32) * 12 * (body > 10)
        picture = (body + 200 * np.sin(9 * x + number / 50) * (body > 500) + noise).astype("<i2")
        (folder / f"{number:05d}.dcm").write_bytes(f"slice {number:06d}".encode() * 40 + picture.tobytes())


def filling(room: Room, tools: Sequence[Tool]) -> list[Contender]:
    copy, vault = room / "copy", room / "vault"
    return [
        Contender("cp -r and sync", shell(f"cp -r '{room.source}' '{copy}' && sync -f '{copy}'"), emptied(copy)),
        Contender("the vault", step(room, "write"), emptied(vault, step(room, "begin"))),
        Contender("  of it start and Argon2id", step(room, "unlocked")),
        *[Contender(t.name, shell(put(room, t, t.fill)), emptied(room / t.store, shell(put(room, t, t.begin))))
          for t in tools],
    ]  # fmt: skip


def emptying(room: Room, tools: Sequence[Tool]) -> list[Contender]:
    out = room / "out"
    synced = f" && sync -f '{out}'"
    return [
        Contender("cp -r and sync", shell(f"cp -r '{room / 'copy'}' '{out}'{synced}"), emptied(out, make=True)),
        Contender("the vault", step(room, "read"), emptied(out, make=True)),
        *[Contender(t.name, shell(put(room, t, t.empty) + synced), emptied(out, make=True)) for t in tools],
    ]


def checking(room: Room) -> list[Contender]:
    every = f"find '{room.source}' -type f -print0 | xargs -0"
    return [
        Contender("sha256sum of the files", shell(f"{every} sha256sum")),
        Contender("openssl dgst -sha256", shell(f"{every} openssl dgst -sha256")),
        Contender("the vault, deep", step(room, "verify")),
        Contender("  of it start and Argon2id", step(room, "unlocked")),
    ]


def put(room: Room, tool: Tool, command: str) -> str:
    """The command with its places filled in."""
    names = {name: str(room / name) for name in ("source", "password", "out", "mount")}
    names |= {"store": str(room / tool.store), "age": str(room / "age.key"), "folder": str(room.folder)}
    command = command.replace("{mounted}", _MOUNTED).replace("{unmounted}", _UNMOUNTED)
    prefix = "RESTIC_REPOSITORY='{store}' " if tool.program == "restic" else ""
    return (prefix + command).format(**names)


def shell(command: str) -> list[str]:
    return ["bash", "-o", "pipefail", "-c", command]


def step(room: Room, name: str) -> list[str]:
    return [sys.executable, str(STEPS), name, str(room.folder)]


def told(room: Room, name: str) -> str:
    """What a step measures inside its own process."""
    return subprocess.run(step(room, name), check=True, capture_output=True, text=True).stdout.rstrip()


def emptied(folder: Path, then: Sequence[str] = (), *, make: bool = False) -> Callable[[], None]:
    """Begin a round with an empty place and nothing left for the disk to do."""

    def before() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        if make:
            folder.mkdir()
        if then:
            subprocess.run(then, check=True, capture_output=True)
        subprocess.run(["sync"], check=True)

    return before


def sizes(room: Room, tools: Sequence[Tool]) -> str:
    """Bytes on disk of each store, as a ratio to the files."""
    whole = weight(room.source)
    stores = {"the vault": room / "vault"} | {tool.name: room / tool.store for tool in tools}
    return f"{whole / 1e6:.0f} MB; size: " + ", ".join(f"{n} {weight(f) / whole:.3f}" for n, f in stores.items())


def weight(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def show(title: str, results: Sequence[Measured]) -> None:
    load = " ".join(f"{one:.2f}" for one in os.getloadavg())
    print(f"\n{title} (load average {load}, {os.cpu_count()} cores)\n{table(results)}", flush=True)


if __name__ == "__main__":
    main()

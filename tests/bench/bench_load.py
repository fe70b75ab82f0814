"""Loading a folder into the vault against copying it, and against other importers: `bench_load.py FOLDER [ROUNDS]`.

dcmtk's dcmqridx (which reads headers and copies nothing) and Orthanc (which stores in clear) take part where they are
installed. Starting and the passphrase, which is slow on purpose, are a line of their own: `start only`.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from harness import Contender, Measured, race, table

PASSPHRASE = b"four plain words here\n"
ORTHANC = shutil.which("Orthanc") or ("/usr/sbin/Orthanc" if Path("/usr/sbin/Orthanc").exists() else None)
PORT = 18043


def main() -> None:
    source, rounds = Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as scratch:
        copy, vault = Path(scratch) / "copy", Path(scratch) / "vault"
        scanfolio = [str(Path(sys.executable).with_name("scanfolio")), "--vault", str(vault), "--passphrase-file", "-"]

        load = [*scanfolio, "load", "--all-people", str(source)]

        def fresh() -> None:
            shutil.rmtree(vault, ignore_errors=True)
            assert once_ok([*scanfolio, "init"])

        contenders = [
            Contender("cp -r and sync", ["sh", "-c", f"cp -r '{source}' '{copy}' && sync -f '{copy}'"],
                      lambda: shutil.rmtree(copy, ignore_errors=True)),
            Contender("scanfolio load, new vault", load, fresh, PASSPHRASE),
            Contender("scanfolio load, known disc", load, stdin=PASSPHRASE),
            Contender("scanfolio, start only", [*scanfolio, "list"], stdin=PASSPHRASE),
            Contender("reading headers only", [sys.executable, "-c", HEADERS, str(source)]),
            *dcmqridx(source, Path(scratch) / "dcmqridx"),
        ]  # fmt: skip
        results = race(contenders, rounds)
        with orthanc(Path(scratch)) as server:
            results += against_orthanc(source, server, rounds) if server else []
    files = [path for path in source.rglob("*") if path.is_file()]
    print(f"{len(files)} files, {sum(path.stat().st_size for path in files) / 1e6:.0f} MB, {rounds} rounds, "
          f"load average {os.getloadavg()[0]:.1f}")  # fmt: skip
    print(table(results))


HEADERS = """
import sys
from pathlib import Path
from viewer.dicom import read_header
for path in sorted(path for path in Path(sys.argv[1]).rglob("*") if path.is_file()):
    read_header(path.read_bytes())
"""


def dcmqridx(source: Path, folder: Path) -> list[Contender]:
    tool = shutil.which("dcmqridx")
    if tool is None:
        return []

    def fresh() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()

    return [Contender("dcmqridx", ["sh", "-c", f"find '{source}' -type f | xargs '{tool}' '{folder}'"], fresh)]


@contextmanager
def orthanc(scratch: Path) -> Iterator[psutil.Process | None]:
    """An Orthanc with a new, empty store; none where it is not installed."""
    if ORTHANC is None:
        yield None
        return
    store = str(scratch / "orthanc")
    settings = scratch / "orthanc.json"
    settings.write_text(json.dumps({
        "StorageDirectory": store, "IndexDirectory": store, "HttpPort": PORT, "DicomServerEnabled": False,
        "RemoteAccessAllowed": False, "AuthenticationEnabled": False, "OverwriteInstances": True,
    }))  # fmt: skip
    server = subprocess.Popen([ORTHANC, str(settings)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_server()
        yield psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait()


def wait_for_server() -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/system", timeout=1).read()
            return
        except OSError:
            time.sleep(0.1)


def against_orthanc(source: Path, server: psutil.Process, rounds: int) -> list[Measured]:
    """Import by REST; the server's CPU and memory count, the client's do not."""
    sender = [sys.executable, str(Path(__file__).with_name("orthanc_import.py")), str(source), str(PORT)]
    walls, cpus = [], []
    for _ in range(rounds):
        before = server.cpu_times()
        (result,) = race([Contender("Orthanc, REST import", sender, forget_all)], 1)
        after = server.cpu_times()
        walls.append(result.wall)
        cpus.append(after.user + after.system - before.user - before.system)
    middle = sorted(range(rounds), key=walls.__getitem__)[rounds // 2]
    return [Measured(result.name, walls[middle], cpus[middle], server.memory_info().rss / 2**20, tuple(walls))]


def forget_all() -> None:
    base = f"http://127.0.0.1:{PORT}/patients"
    for patient in json.load(urllib.request.urlopen(base)):
        urllib.request.urlopen(urllib.request.Request(f"{base}/{patient}", method="DELETE")).read()


def once_ok(command: list[str]) -> bool:
    return subprocess.run(command, input=PASSPHRASE, capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    main()

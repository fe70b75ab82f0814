"""Loading a folder into the vault against copying it: `python tests/bench/bench_load.py FOLDER [ROUNDS]`."""

import shutil
import sys
import tempfile
from pathlib import Path

from harness import Contender, race, table

PASSPHRASE = b"four plain words here\n"


def main() -> None:
    source, rounds = Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as scratch:
        copy, vault = Path(scratch) / "copy", Path(scratch) / "vault"
        scanfolio = [str(Path(sys.executable).with_name("scanfolio")), "--vault", str(vault), "--passphrase-file", "-"]

        def fresh() -> None:
            shutil.rmtree(vault, ignore_errors=True)
            assert once_ok([*scanfolio, "init"])

        results = race(
            [
                Contender("cp -r and sync", ["sh", "-c", f"cp -r '{source}' '{copy}' && sync -f '{copy}'"],
                          lambda: shutil.rmtree(copy, ignore_errors=True)),
                Contender("scanfolio load, new vault", [*scanfolio, "load", "--all-people", str(source)], fresh, PASSPHRASE),
                Contender("scanfolio load, known disc", [*scanfolio, "load", "--all-people", str(source)], stdin=PASSPHRASE),
                Contender("scanfolio list (start only)", [*scanfolio, "list"], stdin=PASSPHRASE),
            ],
            rounds,
        )  # fmt: skip
    files = [path for path in source.rglob("*") if path.is_file()]
    print(f"{len(files)} files, {sum(path.stat().st_size for path in files) / 1e6:.0f} MB, {rounds} rounds")
    print(table(results))


def once_ok(command: list[str]) -> bool:
    import subprocess

    return subprocess.run(command, input=PASSPHRASE, capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    main()

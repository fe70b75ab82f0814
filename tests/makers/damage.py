"""Ways in which the files of a vault are hurt; each returns the file that it hurt."""

from pathlib import Path


def largest(folder: Path) -> Path:
    """The largest file in a folder of a vault."""
    return max((path for path in folder.iterdir() if path.is_file()), key=lambda path: path.stat().st_size)


def flip(path: Path, at: int) -> Path:
    """Change one bit of the byte at a place, counted from the end if it is negative."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.chmod(0o600)
    path.write_bytes(data)
    return path


def picture(vault: Path) -> Path:
    """One file's content in the largest pack."""
    path = largest(vault / "packs")
    return flip(path, path.stat().st_size // 2)


def footer(vault: Path) -> Path:
    """The end of the largest pack, which says where its own list begins."""
    return flip(largest(vault / "packs"), -3)


def pack_gone(vault: Path) -> Path:
    """The largest pack is not there any more."""
    path = largest(vault / "packs")
    path.unlink()
    return path


def log(vault: Path) -> Path:
    """The middle of the longest log."""
    path = largest(vault / "log")
    return flip(path, path.stat().st_size // 2)


def log_gone(vault: Path) -> Path:
    """The longest log is not there any more."""
    path = largest(vault / "log")
    path.unlink()
    return path


def all_lists_gone(vault: Path) -> Path:
    """Nothing is left but the packs, and the keys."""
    for name in ("log", "snap"):
        for path in (vault / name).iterdir():
            path.unlink()
    return vault / "log"

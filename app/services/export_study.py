"""Saving a study's original files to a folder, byte for byte as the disc had them."""

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from app.errors import TargetNotEmpty, TargetUnwritable
from app.progress import Progress, Step, silent
from app.record.values import Study
from app.services.unlock import Record
from vault import ObjectId
from vault.errors import ContentMismatch


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: paths below the folder, each with the SHA-256 that the file on the disc had."""

    folder: Path
    files: tuple[tuple[str, str], ...]


def export_study(record: Record, study: Study, folder: Path, progress: Progress = silent) -> Exported:
    """Write a study's originals under the paths of the disc they came from.

    Nothing is overwritten. Each file is compared with the disc's SHA-256 before it is written; raises TargetError,
    Cancelled and the vault's errors.
    """
    objects = record.catalogue.objects_of(study.id)
    make_empty(folder)
    written: list[tuple[str, str]] = []
    for number, (object_id, path, sha256) in enumerate(objects):
        progress(Step(number, len(objects)))
        data = record.vault.read(ObjectId(object_id))
        if (found := hashlib.sha256(data).hexdigest()) != sha256:
            raise ContentMismatch(sha256, found)
        name = _free_name(path, sha256, {name for name, _ in written})
        _write(folder / name, data)
        written.append((name, sha256))
    progress(Step(len(objects), len(objects)))
    return Exported(folder, tuple(written))


def free_folder(parent: Path) -> Path:
    """Return a folder in `parent` that does not exist yet; its name says nothing about anybody."""
    names = ("Scanfolio files", *(f"Scanfolio files {number}" for number in range(2, 1000)))
    return next((parent / name for name in names if not (parent / name).exists()), parent / names[0])


def make_empty(folder: Path) -> None:
    """Make a folder, or take one that is empty; raises TargetError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise TargetNotEmpty(folder)
    except OSError as error:
        raise TargetUnwritable(folder) from error


def _free_name(path: str, sha256: str, taken: set[str]) -> str:
    """Return a path that stays inside the folder, and that no other disc's file of the same name has taken."""
    parts = [part for part in PurePosixPath(path).parts if part not in ("/", "..")]
    name = "/".join(parts) or sha256[:16]
    return name if name not in taken else f"{name}-{sha256[:8]}"


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(data)
    except OSError as error:
        raise TargetUnwritable(path) from error

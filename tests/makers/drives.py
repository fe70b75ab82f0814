"""A computer into which a test puts discs and sticks."""

from dataclasses import replace
from pathlib import Path

from app.disc.drives import Drive, Kind, Place, Reason


class FakeDrives:
    """Each drive is a folder of the test's own."""

    def __init__(self) -> None:
        self.inside: dict[Path, Drive] = {}
        self._count = 0

    def put(self, path: Path, label: str = "", kind: Kind = Kind.OPTICAL, **facts: object) -> Drive:
        """Put in a disc that can be read, or one with other facts."""
        self._count += 1
        imaging = (path / "DICOMDIR").exists()
        drive = Drive(path, label or path.name, kind, str(self._count), ready=True, imaging=imaging)
        self.inside[path] = replace(drive, **facts)
        return self.inside[path]

    def allow(self, path: Path) -> None:
        """Let the same disc be read, which could not be before."""
        self.inside[path] = replace(self.inside[path], ready=True, reason=Reason.NONE)

    def take(self, path: Path) -> None:
        """Take it out again."""
        del self.inside[path]

    def places(self) -> dict[Path, Place]:
        """What is in now."""
        return {path: Place(drive.kind, drive.identity) for path, drive in self.inside.items()}

    def ask(self, path: Path) -> Drive | None:
        """What is there."""
        return self.inside.get(path)

"""A file as it was found and read, and its line in the account."""

import hashlib
from dataclasses import dataclass

from app.disc.attempt import HEAD_BYTES, Hole
from app.disc.outcomes import Item, Outcome
from app.disc.reading import Read


@dataclass(frozen=True, slots=True, repr=False)
class File:
    """A file that was read whole, or as far as the drive gave it: zeros stand in its `holes`.

    `data` is its beginning alone where it is large and no part of a record.
    """

    number: int
    path: str
    listed: int
    size: int
    data: bytes
    sha256: bytes
    holes: tuple[Hole, ...]
    fault: str = ""
    """Why a member of a container is damaged, as a reason code."""

    @property
    def folder(self) -> str:
        """The folder it lies in, "" for the root."""
        return self.path.rpartition("/")[0]

    @property
    def hurt(self) -> bool:
        """Whether it is not as the disc should have it: with holes, shorter than listed, or with a wrong checksum."""
        return bool(self.holes or self.fault) or self.size < self.listed

    @property
    def head(self) -> bytes:
        """What is compared when the same disc comes again."""
        return head_sha256(self.data[:HEAD_BYTES])

    @property
    def why_hurt(self) -> str:
        """The reason code of what is wrong with it, where it cannot be used."""
        return self.fault or ("read_error" if self.holes else "cut_short")

    @property
    def sound(self) -> bytes:
        """The bytes before the first hole: what stands behind one is not to be believed."""
        return self.data[: self.holes[0].start] if self.holes else self.data

    def item(self, outcome: Outcome, reason: str) -> Item:
        """Return this file's line in the account."""
        # Where the drive left holes, nobody knows the file's own sum; a damaged picture has that of what is kept.
        known = not self.holes or outcome is Outcome.DAMAGED
        return Item(self.path, self.size, self.sha256.hex() if known else "", outcome, reason)


def found(read: Read) -> File:
    """Return a file that was read."""
    return File(
        read.number, read.entry.path, read.entry.size, read.size, read.data, read.sha256, read.holes, read.fault
    )


def head_sha256(head: bytes) -> bytes:
    """The SHA-256 of a file's first bytes."""
    return hashlib.sha256(head).digest()

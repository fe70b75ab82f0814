"""The values that pass between the vault and what stands above it."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NewType, Protocol, Self, TypeAlias, runtime_checkable

ObjectId = NewType("ObjectId", str)
"""64 hex digits: HMAC-SHA256(the profile's id key, SHA-256 of the content)."""
ProfileId = NewType("ProfileId", str)
"""32 hex digits, random: one person's part, with a key of its own."""

JSON: TypeAlias = "bool | int | float | str | Sequence[JSON] | Mapping[str, JSON] | None"
Buffer: TypeAlias = bytes | bytearray | memoryview
Random: TypeAlias = Callable[[int], bytes]
Progress: TypeAlias = Callable[[int, int], None]
Cell: TypeAlias = int | float | str | bytes | None
Row: TypeAlias = tuple[Any, ...]

OWN = "vault."
"""Event kinds that begin so are the vault's own."""


@dataclass(frozen=True, slots=True)
class Event:
    """One change; the body is exactly what a replay of the log will give again."""

    kind: str
    body: Mapping[str, JSON]
    profile: ProfileId | None = None


@runtime_checkable
class Index(Protocol):
    """The application's catalogue: how events become rows.

    `apply` must depend on nothing but the event and the rows that earlier events made, and must not raise
    because an earlier event is gone: damage may have taken it. A `version` other than the snapshot's makes
    the vault rebuild the rows from the log: that is the migration.
    """

    version: int

    def create(self, db: sqlite3.Connection) -> None:
        """Make the tables; names that begin with `vault_` are the vault's."""

    def apply(self, db: sqlite3.Connection, event: Event) -> None:
        """Turn one event into rows, inside a transaction that the vault began."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What `put` did: `new` is False if the content was already held."""

    id: ObjectId
    new: bool
    size: int


@dataclass(frozen=True, slots=True)
class Deleted:
    """An object in the recycle bin, since when, and its size in clear."""

    id: ObjectId
    profile: ProfileId
    at: datetime
    size: int


@dataclass(frozen=True, slots=True)
class Compaction:
    """What `compact` did: packs written anew or dropped, objects moved, bytes on disk less.

    `kept` are packs that hold what should go beside something damaged, which cannot be moved: put the damaged
    content again, and they can be written anew. `strays` are packs that no log named, removed.
    """

    packs: int
    objects: int
    freed: int
    strays: int
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one file; `what` names the structure (FORMAT.md)."""

    path: Path
    what: str


@dataclass(frozen=True, slots=True)
class Extract:
    """One person's part as a vault of its own: its id, and what it holds.

    `missing` are objects that could not be read here, and `faults` what was wrong with the logs: what they told
    is missing there too.
    """

    vault: str
    objects: int
    bytes: int
    events: int
    missing: tuple[ObjectId, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """What a check found. `objects == intact + len(damaged) + len(missing) + len(elsewhere)`.

    `deep` says that every object was opened and hashed; otherwise an object counts as intact when its
    pack's trailer lists it. `torn` are logs whose last write never ended, which loses nothing that was
    acknowledged; `strays` are packs that no log names, left by a writer that died. `elsewhere` are objects
    that a sync program keeps and could not bring: nothing is known of them, so a check of the rest is not `ok`.
    """

    deep: bool
    objects: int
    intact: int
    damaged: tuple[ObjectId, ...]
    missing: tuple[ObjectId, ...]
    packs: int
    missing_packs: tuple[str, ...]
    frames: int
    bytes: int
    faults: tuple[Fault, ...]
    torn: tuple[str, ...]
    strays: tuple[str, ...]
    elsewhere: tuple[ObjectId, ...] = ()

    @property
    def ok(self) -> bool:
        """All that was ever acknowledged is here and unchanged."""
        return not (self.damaged or self.missing or self.missing_packs or self.elsewhere or self.faults)


@dataclass(frozen=True, slots=True)
class Repair:
    """What a repair told again.

    `logs` were damaged or missing and need not be read any more; `events` come from packs alone, `packs` and
    `objects` are known again; `manifests` did not open, so that other packs hold their events now. `unreadable`
    are packs that no log names and nobody can open; `missing` are packs that these events name and that are not
    here, or cannot be opened: what they held is not known. `renewed` are packs with a damaged frame, or that are gone
    and held no content: they count no more. `moved` are the objects that were taken out of such packs.
    """

    logs: int
    events: int
    packs: int
    objects: int
    manifests: int
    unreadable: tuple[str, ...]
    missing: tuple[str, ...] = ()
    renewed: int = 0
    moved: int = 0


@dataclass(frozen=True, slots=True)
class PackFinding:
    """What a check found in one pack: how many objects are as they should be, and which are not.

    `fault` names the structure of the pack itself that is damaged; `gone` says that the whole pack is missing.
    """

    intact: int = 0
    damaged: tuple[ObjectId, ...] = ()
    missing: tuple[ObjectId, ...] = ()
    elsewhere: tuple[ObjectId, ...] = ()
    fault: str = ""
    gone: bool = False

    @property
    def objects(self) -> int:
        """All that the index points to in this pack."""
        return self.intact + len(self.damaged) + len(self.missing) + len(self.elsewhere)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a check stood: given back to `verify`, packs that are done are not opened again.

    The vault writes it nowhere. Kept across a lock it belongs into the vault itself, as an event's `body`.
    """

    deep: bool
    packs: Mapping[str, PackFinding]

    def body(self) -> dict[str, JSON]:
        """As JSON."""
        return {"deep": self.deep, "packs": {pack: asdict(finding) for pack, finding in self.packs.items()}}

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """The reverse of `body`."""
        packs: dict[str, PackFinding] = {}
        for pack, said in body["packs"].items():
            lists = {name: tuple(said[name]) for name in ("damaged", "missing", "elsewhere")}
            packs[pack] = PackFinding(**{**said, **lists})
        return cls(body["deep"], packs)


@dataclass(frozen=True, slots=True)
class Copied:
    """What a backup or a restore did. `files` and `bytes` were copied now, each read back and compared.

    `held` are the bytes that the copy holds in all; `removed` files of it, which the vault does not need any
    more, are gone. `faults` are files that the source could not give: missing, unreadable, not here yet.
    """

    folder: Path
    files: int
    bytes: int
    held: int
    removed: int
    faults: tuple[Fault, ...]

    @property
    def ok(self) -> bool:
        """The copy holds everything."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """What came from a backup in place of what is damaged or missing here, each opened and compared.

    `packs`, `logs` and `snapshots` are whole files; `objects` contents that come out again, in those packs or stored
    anew; `headers` says that a copy of the header was written again, and `profiles` are persons' keys that came back.
    `left` are files that the backup could not mend, with what is wrong with its own copy.
    """

    packs: int
    logs: int
    snapshots: int
    objects: int
    headers: int
    profiles: int
    left: tuple[Fault, ...]

    @property
    def changed(self) -> bool:
        """Anything came back."""
        return any((self.packs, self.logs, self.snapshots, self.objects, self.headers, self.profiles))


@dataclass(frozen=True, slots=True)
class Lag:
    """What a copy lacks, by names and lengths of files; nothing of it was opened.

    `ahead` are files of the copy that the vault does not have, or has shorter.
    """

    files: int
    bytes: int
    ahead: int

"""The vault's own events and the rows they make (FORMAT.md §6.2)."""

import base64
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from vault.format import batch as batches
from vault.format import manifest
from vault.format import pack as packs
from vault.values import JSON, OWN, Event, ObjectId, ProfileId

PROFILE = OWN + "profile"
PACK = OWN + "pack"
LOGS = OWN + "logs"
DELETE = OWN + "delete"
RESTORE = OWN + "restore"
GONE = OWN + "gone"
DROP = OWN + "drop"
DESTROYED = OWN + "destroyed"
ENDED = OWN + "ended"
RECOVERED = OWN + "recovered"
REPLACED = OWN + "replaced"
SPENT = OWN + "spent"
BESIDE = OWN + "beside"
_ELSEWHERE = {PACK, RECOVERED}
"""Told of a part by what it lies in: no manifest repeats these."""


def listing(entries: Iterable[packs.Entry]) -> str:
    """A pack's entries as its event holds them."""
    return base64.b64encode(packs.listing(tuple(entries))).decode("ascii")


def naming(ids: Iterable[ObjectId]) -> str:
    """Object ids as an event holds them."""
    return base64.b64encode(b"".join(bytes.fromhex(id) for id in ids)).decode("ascii")


def apply(db: sqlite3.Connection, event: Event) -> None:
    """Turn one of the vault's own events into rows; kinds of a later program are passed over."""
    rows = _ROWS.get(event.kind)
    if rows is not None:
        rows(db, event)


def _profile(db: sqlite3.Connection, event: Event) -> None:
    _profile_number(db, bytes.fromhex(cast("str", event.body["id"])))


def _profile_number(db: sqlite3.Connection, profile: bytes) -> int:
    db.execute("INSERT OR IGNORE INTO vault_profile (id) VALUES (?)", (profile,))
    return cast("int", db.execute("SELECT number FROM vault_profile WHERE id = ?", (profile,)).fetchone()[0])


def _logs(db: sqlite3.Connection, event: Event) -> None:
    seen = cast("Mapping[str, int]", event.body["frames"])
    db.executemany(
        "INSERT INTO vault_log VALUES (?, 0, 0, x'', ?) ON CONFLICT (id) DO UPDATE SET"
        " witnessed = max(witnessed, excluded.witnessed)",
        [(bytes.fromhex(log), frames) for log, frames in seen.items()],
    )


def _pack(db: sqlite3.Connection, event: Event) -> None:
    """A pack and what lies in it; of one that was not here when a repair named it nothing is known."""
    entries = packs.entries(base64.b64decode(cast("str", event.body["objects"])))
    listed = list(enumerate(zip(entries, packs.offsets(entries), strict=True)))
    contents = [one for one in listed if one[1][0].kind == packs.CONTENT]
    profile = _profile_number(db, bytes.fromhex(event.profile or ""))
    number = db.execute(
        "INSERT INTO vault_pack (id, profile, objects) VALUES (?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET objects = excluded.objects RETURNING number",
        (bytes.fromhex(cast("str", event.body["pack"])), profile, len(contents) if entries else None),
    ).fetchone()[0]
    insert = "INSERT OR IGNORE" if event.body.get("only new") else "INSERT OR REPLACE"
    db.executemany(
        f"{insert} INTO vault_object VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (entry.id, number, place, offset, entry.size, entry.stored, entry.encoding)
            for place, (entry, offset) in contents
        ],
    )
    db.executemany(
        "INSERT OR REPLACE INTO vault_manifest VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (number, place, entry.id, offset, entry.size, entry.stored, entry.encoding)
            for place, (entry, offset) in listed
            if entry.kind == packs.EVENTS
        ],
    )


def _delete(db: sqlite3.Connection, event: Event) -> None:
    at = event.body["at"]
    db.executemany(
        "INSERT OR IGNORE INTO vault_bin SELECT id, ? FROM vault_object WHERE id = ?",
        [(at, id) for (id,) in _named(event)],
    )


def _restore(db: sqlite3.Connection, event: Event) -> None:
    db.executemany("DELETE FROM vault_bin WHERE id = ?", _named(event))


def _gone(db: sqlite3.Connection, event: Event) -> None:
    _restore(db, event)
    db.executemany("DELETE FROM vault_object WHERE id = ?", _named(event))


def _drop(db: sqlite3.Connection, event: Event) -> None:
    """Packs that were written anew: what still points to them, points to nothing."""
    dropped = _dropped(db, event)
    for rows in ("vault_object", "vault_manifest"):
        db.execute(
            f"DELETE FROM {rows} WHERE pack IN"  # noqa: S608 - the names above
            " (SELECT number FROM vault_pack p JOIN vault_dropped d ON d.id = p.id)"
        )
    db.executemany("DELETE FROM vault_pack WHERE id = ?", dropped)


def _destroyed(db: sqlite3.Connection, event: Event) -> None:
    """A profile that is no more; its rows are not made, for its events open no more (replay.py)."""
    db.execute("INSERT OR IGNORE INTO vault_destroyed VALUES (?)", (bytes.fromhex(cast("str", event.body["id"])),))
    _dropped(db, event)


def _ended(db: sqlite3.Connection, event: Event) -> None:
    """The same of profiles that another log tells of."""
    ended = [(bytes.fromhex(profile),) for profile in cast("Sequence[str]", event.body["profiles"])]
    db.executemany("INSERT OR IGNORE INTO vault_destroyed VALUES (?)", ended)


def _dropped(db: sqlite3.Connection, event: Event) -> list[tuple[bytes]]:
    dropped = [(bytes.fromhex(pack),) for pack in cast("Sequence[str]", event.body["packs"])]
    db.executemany("INSERT OR IGNORE INTO vault_dropped VALUES (?)", dropped)
    return dropped


def _replaced(db: sqlite3.Connection, event: Event) -> None:
    """Logs whose frames were written anew, so many of each: no fault of theirs is told until they have more."""
    logs = cast("Mapping[str, int]", event.body["logs"])
    db.executemany(
        "INSERT INTO vault_retold VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET frames = max(frames, excluded.frames)",
        [(bytes.fromhex(log), frames) for log, frames in logs.items()],
    )


def _spent(db: sqlite3.Connection, event: Event) -> None:
    """Manifests that do not open, and whose events are in a newer one."""
    packs = cast("Sequence[str]", event.body["packs"])
    db.executemany(
        "DELETE FROM vault_manifest WHERE pack = (SELECT number FROM vault_pack WHERE id = ?)",
        [(bytes.fromhex(pack),) for pack in packs],
    )


def loosen(db: sqlite3.Connection, time: int, log: bytes, sequence: int, events: Sequence[Event]) -> None:
    """A frame's events wait for a pack to hold them, unless one does: then nothing of its profile waits any more."""
    by_profile: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    again = {event.profile: event.body for event in events if event.kind == RECOVERED}
    held = {profile for profile, body in again.items() if body.get("held")}
    for event in events:
        if event.kind == PACK and event.body.get("covers"):
            held.add(event.profile)
            db.execute("DELETE FROM vault_loose WHERE profile = ?", (bytes.fromhex(event.profile or ""),))
    for place, event in enumerate(events):
        if event.profile not in held and event.profile and event.kind not in _ELSEWHERE:
            by_profile[event.profile].append((place, event.kind, batches.dump(event.body)))
    for profile, entries in by_profile.items():
        told = _first_told(again.get(ProfileId(profile)), log, sequence)
        row = time, *told, bytes.fromhex(profile), manifest.text(time, *told, entries)
        db.execute("INSERT OR REPLACE INTO vault_loose VALUES (?, ?, ?, ?, ?)", row)


def _first_told(again: Mapping[str, JSON] | None, log: bytes, sequence: int) -> tuple[bytes, int]:
    """The log and number of the frame that told a part before a repair did."""
    if again is None:
        return log, sequence
    return bytes.fromhex(cast("str", again["log"])), cast("int", again["sequence"])


def _named(event: Event) -> list[tuple[bytes]]:
    ids = base64.b64decode(cast("str", event.body["objects"]))
    return [(ids[at : at + packs.ID_SIZE],) for at in range(0, len(ids), packs.ID_SIZE)]


_ROWS: Mapping[str, Callable[[sqlite3.Connection, Event], Any]] = {
    PROFILE: _profile,
    PACK: _pack,
    LOGS: _logs,
    DELETE: _delete,
    RESTORE: _restore,
    GONE: _gone,
    DROP: _drop,
    DESTROYED: _destroyed,
    ENDED: _ended,
    REPLACED: _replaced,
    SPENT: _spent,
}

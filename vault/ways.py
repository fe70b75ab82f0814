"""The ways into an opened vault: told, added, changed, revoked; each change is one write of the header."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from vault.crypto.derive import KEY_SIZE
from vault.crypto.machine import affordable_cost
from vault.crypto.stretch import Cost
from vault.errors import EmptyPassphrase, KeyringNotAvailable, LastWayIn, NoSuchWay, NotRemembered, ReadOnlyVault
from vault.format.header import Header, Slot
from vault.keys import slot as slots
from vault.keys.computer import Kept, ThisComputer
from vault.keys.note import Note
from vault.keys.way import RecoveryWords, Way, WayId, WayIn
from vault.session import Session

Slots = tuple[Slot, ...]


class Ways:
    """The ways in. Methods that change them raise ReadOnlyVault, and may be called from any thread.

    `label` is a name for people, sealed like all else (BadLabel: too long or unprintable); `made` the present
    moment with its time zone. After a DiskError in a change either state may open the vault, whichever is
    tried first; after a return only the new one does, in this folder: an older copy elsewhere keeps its ways.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def __repr__(self) -> str:
        return f"Ways({len(self._session.header.slots)})"

    def all(self) -> tuple[WayIn, ...]:
        """Every way in, in the order in which they were added."""
        self._session.check_open()
        return tuple(slots.told(self._session.ring, slot) for slot in self._session.header.slots)

    def find(self, way: Way) -> WayIn:
        """The one that this opens; raises WrongKey's children. Nothing is unlocked or changed."""
        self._session.check_open()
        slot, _ = slots.open_slots(self._session.header.vault, self._session.header.slots, way)
        return slots.told(self._session.ring, slot)

    def add_passphrase(self, passphrase: str, label: str, made: datetime, cost: Cost | None = None) -> WayIn:
        """One more passphrase; a `cost` of None is calibrated to this machine."""
        return self._add(self._by_passphrase(self._new_id(), passphrase, Note(label, made), cost))

    def change_passphrase(self, id: WayId, new: str, made: datetime, cost: Cost | None = None) -> WayIn:
        """Another passphrase in the same slot, under the same label; raises NoSuchWay.

        The same passphrase once more gives it today's cost. That is never done in passing: a vault that is
        carried to a smaller computer may be meant to stay cheap, and opening should not write.
        """
        label = slots.told(self._session.ring, self._slot(id, slots.PASSPHRASE)).label
        slot = self._by_passphrase(bytes.fromhex(id), new, Note(label, made), cost)
        self._change(lambda old: tuple(slot if one.id == slot.id else one for one in self._holding(old, id)))
        return slots.told(self._session.ring, slot)

    def add_recovery_words(self, words: RecoveryWords, label: str, made: datetime) -> WayIn:
        """Recovery words: RecoveryWords.new(), to be shown once and written down."""
        return self._add(slots.words_slot(self._session.ring, self._new_id(), words, Note(label, made)))

    def remember(self, computer: ThisComputer, label: str, made: datetime) -> WayIn:
        """Let this computer's keyring open the vault; raises KeyringNotAvailable. If it does already, that one."""
        note = Note(label, made)
        self._check_writable()
        with suppress(NotRemembered):
            return self.find(computer)
        id, secret = self._new_id(), self._session.random(KEY_SIZE)
        computer.keep(self._session.header.vault, Kept(id, secret))
        return self._add(slots.computer_slot(self._session.ring, id, secret, note))

    def forget(self, computer: ThisComputer) -> None:
        """The reverse of `remember`; raises NotRemembered, KeyringNotAvailable."""
        self._check_writable()
        kept = computer.find(self._session.header.vault)
        if kept is None:
            raise NotRemembered
        with suppress(NoSuchWay):  # revoked from elsewhere: only the keyring's entry is left
            self._remove(WayId(kept.slot.hex()))
        computer.drop(self._session.header.vault)

    def revoke(self, id: WayId, computer: ThisComputer | None = None) -> None:
        """Close one way in, for good; raises NoSuchWay, LastWayIn.

        If it is this computer's own, its keyring's entry goes too, as far as the keyring lets us.
        """
        removed = self._remove(id)
        if removed.kind == slots.COMPUTER:
            with suppress(KeyringNotAvailable):  # without its slot the entry opens nothing
                self._drop_entry(removed, computer or ThisComputer())

    def _drop_entry(self, removed: Slot, computer: ThisComputer) -> None:
        kept = computer.find(self._session.header.vault)
        if kept and kept.slot == removed.id:
            computer.drop(self._session.header.vault)

    def _remove(self, id: WayId) -> Slot:
        slot = self._slot(id)
        self._change(lambda old: _without(self._holding(old, id), slot))
        return slot

    def _by_passphrase(self, id: bytes, passphrase: str, note: Note, cost: Cost | None) -> Slot:
        self._check_writable()
        if not passphrase:
            raise EmptyPassphrase
        session = self._session
        return slots.passphrase_slot(session.ring, id, passphrase, cost or affordable_cost(), note, session.random)

    def _add(self, slot: Slot) -> WayIn:
        self._change(lambda old: (*old, slot))
        return slots.told(self._session.ring, slot)

    def _change(self, change: Callable[[Slots], Slots]) -> None:
        self._check_writable()

        def changed(header: Header) -> Header:
            return replace(header, slots=change(header.slots))

        self._session.change_header(changed)

    def _check_writable(self) -> None:
        self._session.check_open()
        if self._session.release is None:
            raise ReadOnlyVault

    def _new_id(self) -> bytes:
        return self._session.random(16)

    def _slot(self, id: WayId, kind: int | None = None) -> Slot:
        self._session.check_open()
        for slot in self._session.header.slots:
            if slot.id.hex() == id and kind in (None, slot.kind):
                return slot
        raise NoSuchWay(id)

    @staticmethod
    def _holding(old: Slots, id: WayId) -> Slots:
        """The slots, if somebody on another thread has not revoked this one meanwhile."""
        if all(slot.id.hex() != id for slot in old):
            raise NoSuchWay(id)
        return old


def _without(old: Slots, slot: Slot) -> Slots:
    left = tuple(one for one in old if one.id != slot.id)
    if not any(one.kind in slots.LASTING for one in left):
        raise LastWayIn
    return left

"""Everything that changes a vault, as acts that can be interrupted or refused at any call; and what must hold then."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from vault_lived import DAY, HERE, NEVER, Names, State, object_of, opening, paths, small_packs, state, without
from vault_shelf import PASSPHRASE
from vault_simdisk import Fate, PowerCut, SimDisk, cut_power_at, fail_at

import vault
from vault import session
from vault.errors import DiskError, DiskFault, NoVault, UnfinishedCopy, VaultError

COPY, PART, NEW = Path("/copy"), Path("/part"), Path("/new")
LATER = datetime(2100, 1, 1, tzinfo=UTC)
THEIRS = "the part's passphrase"


def patched(patch: pytest.MonkeyPatch) -> None:
    small_packs(patch)
    patch.setattr(session, "SNAPSHOT_AFTER", 1)


@dataclass(frozen=True)
class Act:
    """What is done on which vault, to the vault or to another folder; `again` does what a person would do next."""

    run: Callable[[SimDisk], object]
    before: Callable[[SimDisk], None] = lambda _disk: None
    again: Callable[[SimDisk], object] = lambda _disk: None
    target: Path | None = None
    fails_whole: bool = True
    """Whether an error that it raises means that nothing was done."""


def with_vault(do: Callable[[vault.OpenedVault], object]) -> Callable[[SimDisk], object]:
    def run(disk: SimDisk) -> object:
        with opening(disk) as opened:
            return do(opened)

    return run


def with_writing(do: Callable[[vault.OpenedVault, vault.Transaction], object]) -> Callable[[SimDisk], object]:
    def run(opened: vault.OpenedVault) -> None:
        with opened.write() as w:
            do(opened, w)

    return with_vault(run)


def things(opened: vault.OpenedVault, *numbers: int) -> list[vault.ObjectId]:
    return [object_of(opened, number) for number in numbers]


def delete(disk: SimDisk) -> object:
    return with_writing(lambda opened, w: w.delete(things(opened, 1, 5, 103), DAY))(disk)


def empty(disk: SimDisk) -> object:
    return with_writing(lambda _opened, w: w.empty_bin(LATER))(disk)


def deleted_and_emptied(disk: SimDisk) -> None:
    delete(disk)
    empty(disk)


def export(disk: SimDisk) -> object:
    with opening(disk, read_only=True) as opened:
        numbers = count()  # the same bytes in every run, so that the passphrase is stretched once
        opened._session.random = lambda size: (b"%064d" % next(numbers))[-size:]
        return opened.export_profile(opened.profiles[0], PART, THEIRS, cost=vault.FLOOR)


def back_up(disk: SimDisk) -> object:
    return with_vault(lambda opened: opened.back_up(COPY))(disk)


def restore(disk: SimDisk) -> object:
    return vault.restore(COPY, NEW, disk=disk)


def logs_lost(disk: SimDisk) -> None:
    """All but what a snapshot and the packs know; and a manifest that does not open."""
    without(disk, paths(disk, "log"))


def compact(disk: SimDisk) -> object:
    return with_vault(lambda opened: opened.compact(NEVER))(disk)


def destroy(disk: SimDisk) -> object:
    return with_vault(lambda opened: opened.destroy_profile(opened.profiles[1]))(disk)


def repair(disk: SimDisk) -> object:
    return with_vault(lambda opened: opened.repair())(disk)


ACTS = {
    "delete": Act(delete),
    "restore from the bin": Act(with_writing(lambda opened, w: w.restore(one.id for one in opened.deleted)), delete),
    "empty the bin": Act(empty, delete),
    "compact": Act(compact, deleted_and_emptied, compact),
    "destroy a profile": Act(destroy, fails_whole=False),
    "repair": Act(repair, logs_lost, repair, fails_whole=False),
    "export a part": Act(export, again=export, target=PART),
    "back up": Act(back_up, again=back_up, target=COPY),
    "back up once more": Act(back_up, lambda disk: (back_up(disk), delete(disk)), back_up, target=COPY),
    "restore a backup": Act(restore, back_up, restore, target=NEW),
}


@dataclass
class Trial:
    """An act on a vault, with the states before and after it, and whatever is right for its target."""

    act: Act
    start: SimDisk
    right: list[State] = field(default_factory=list)
    targets: list[State] = field(default_factory=list)
    calls: int = 0
    reads: int = 0

    @classmethod
    def of(cls, act: Act, lived: SimDisk) -> "Trial":
        start = lived.copy()
        act.before(start)
        trial = cls(act, start.copy())
        trial._note(start)
        first, reads = len(start.calls), Reads(start)
        act.run(start)
        trial.calls, trial.reads = len(start.calls) - first, reads.count
        reads.stop()
        trial._note(start)
        return trial

    def _note(self, disk: SimDisk) -> None:
        one = disk.copy()
        if self.act.run is repair:
            repair(one)
        with opening(one, read_only=True) as opened:
            self.right.append(state(opened))
        if self._is_there(disk):
            with self.other(one) as opened:
                self.targets.append(state(opened))

    def other(self, disk: SimDisk) -> vault.OpenedVault:
        passphrase = THEIRS if self.act.target == PART else PASSPHRASE
        assert self.act.target is not None
        return vault.unlock(self.act.target, passphrase, Names(), disk=disk)

    def check(self, disk: SimDisk, *, done: bool, failed: bool = False, told: bool = False) -> None:
        """The vault is as it was or as it should be, whole; and the same again completes it."""
        if told and self.act.run is not back_up:  # what it could not bring, it said: a person begins anew
            disk.names_now = {path: one for path, one in disk.names_now.items() if not self._in_target(path)}
        elif not told:
            self._check_target(disk, done=done)
        with opening(disk) as opened:
            assert disk.names(HERE / "tmp") == []
            found = state(opened) if self.act.run is not repair else None
        if self.act.run is not repair:
            assert found in (self.right[1:] if done else self.right), "neither before nor after"
            assert not (failed and self.act.fails_whole) or found == self.right[0] or self.act.target
        if self.act.run in (back_up, repair, compact) or not self._is_there(disk):
            self.act.again(disk)
        with opening(disk) as opened:
            if self.act.run is repair:
                assert state(opened) == self.right[1]
            verified = opened.verify()
            assert verified.ok, verified
            assert opened.faults == ()
        if self.act.target:
            with self.other(disk) as opened:
                assert state(opened) == self.targets[-1]
                assert opened.verify().ok

    def _in_target(self, path: Path) -> bool:
        return self.act.target is not None and self.act.target in (path, *path.parents)

    def _is_there(self, disk: SimDisk) -> bool:
        return self.act.target is not None and bool(
            disk.names_now.keys() & {self.act.target / name for name in ("header.a", "header.b")}
        )

    def _check_target(self, disk: SimDisk, *, done: bool) -> None:
        if self.act.target is None:
            return
        try:
            with self.other(disk) as opened:
                assert state(opened) in self.targets or not done
                assert opened.verify().ok
        except (NoVault, UnfinishedCopy):
            assert not done
            assert len(self.targets) == 1, "a copy is there no more"


class Reads:
    """Counts the reading calls of a disk, and lets one of them fail."""

    def __init__(self, disk: SimDisk, fail: int | None = None) -> None:
        self.disk, self.count, self.fail = disk, 0, fail
        for name in ("read", "size", "names"):
            setattr(disk, name, self._counting(getattr(disk, name)))

    def _counting(self, call: Callable[..., object]) -> Callable[..., object]:
        def counted(path: Path, *more: object) -> object:
            number, self.count = self.count, self.count + 1
            if number == self.fail:
                raise DiskFault(path, 5)
            return call(path, *more)

        return counted

    def stop(self) -> None:
        for name in ("read", "size", "names"):
            delattr(self.disk, name)


def power_cuts(trial: Trial, fates: list[Fate], step: int) -> Iterator[str]:
    """Each call at which the power is cut, each fate of what was not synced: checked."""
    for call in range(0, trial.calls + 1, step):
        disk = trial.start.copy()
        disk.fault = cut_power_at(call)
        done = False
        with contextlib.suppress(PowerCut):
            trial.act.run(disk)
            done = True
        for fate in fates:
            yield checked(trial, disk.after(fate), f"{fate.title} at call {call}: {disk.calls[-1:]}", done)


def refusals(trial: Trial, error: Callable[[Path], DiskError], step: int, *, sticky: bool) -> Iterator[str]:
    """Each writing call that is refused."""
    for call in range(0, trial.calls, step):
        disk = trial.start.copy()
        disk.fault = fail_at(call, error, sticky=sticky)
        where = f"{error} at call {call}"
        done = ran(trial.act, disk, where)
        disk.fault = lambda _number, _call, _path: None
        yield checked(trial, disk.copy(), where, done is True, failed=not done, told=done is None)


def bad_reads(trial: Trial, step: int) -> Iterator[str]:
    """Each reading call that fails once."""
    for number in range(0, trial.reads, step):
        disk = trial.start.copy()
        reads = Reads(disk, number)
        where = f"EIO at read {number}"
        done = ran(trial.act, disk, where)
        reads.stop()
        yield checked(trial, disk.copy(), where, done is True, told=done is None)


def ran(act: Act, disk: SimDisk, where: str) -> bool | None:
    """Whether it did all; None if it told what it could not do. What it raises is the vault's own."""
    try:
        result = act.run(disk)
    except VaultError:
        return False
    except Exception as error:
        error.add_note(where)
        raise
    told = isinstance(result, vault.Copied) and not result.ok
    told = told or (isinstance(result, vault.Extract) and bool(result.missing or result.faults))
    told = told or (isinstance(result, vault.Compaction) and bool(result.kept))
    told = told or (isinstance(result, vault.Repair) and bool(result.unreadable or result.missing))
    return None if told else True


def checked(trial: Trial, disk: SimDisk, where: str, done: bool, *, failed: bool = False, told: bool = False) -> str:
    """Where it was, if every promise holds there."""
    try:
        trial.check(disk, done=done, failed=failed, told=told)
    except Exception as error:
        error.add_note(where)
        raise
    return where

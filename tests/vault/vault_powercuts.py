"""Every state that a power cut can leave, at each writing call of a script, under each fate."""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future

import pytest
from vault_simdisk import FATES, Fate, PowerCut, SimDisk, cut_power_at

from vault.errors import VaultError

Script = Callable[[SimDisk, list[str]], None]
"""Works on a disk, and notes what was acknowledged to it."""
Check = Callable[[SimDisk, list[str]], None]


class Inline(Executor):
    """Work done at once, so that every run makes the same calls in the same order."""

    def submit(self, work: Callable[..., object], /, *args: object) -> Future:
        done: Future = Future()
        try:
            done.set_result(work(*args))
        except BaseException as error:  # noqa: BLE001 - as every executor does
            done.set_exception(error)
        return done


def states(start: SimDisk, script: Script, fates: list[Fate]) -> Iterator[tuple[SimDisk, list[str], str]]:
    rehearsal = start.copy()
    script(rehearsal, [])
    for call in range(len(rehearsal.calls) + 1):
        disk, acknowledged = start.copy(), []
        disk.fault = cut_power_at(call)
        with contextlib.suppress(PowerCut):
            script(disk, acknowledged)
        for fate in fates:
            yield disk.after(fate), acknowledged, f"{fate.title} at call {call}: {disk.calls[-1:]}"


def survives(start: SimDisk, script: Script, check: Check, fates: list[Fate] = FATES) -> int:
    """Raise at the first state that breaks a promise; how many there were."""
    count = 0
    for disk, acknowledged, where in states(start, script, fates):
        try:
            check(disk, acknowledged)
        except (AssertionError, VaultError) as error:
            raise AssertionError(where) from error
        count += 1
    return count


def caught(start: SimDisk, script: Script, check: Check, fates: list[Fate] = FATES) -> None:
    """Fail unless some state breaks a promise: a mutant of the order of writes is noticed."""
    with pytest.raises(AssertionError):
        survives(start, script, check, fates)


class _Skip(Exception):
    """This call is left out."""


def leave_out(patch: pytest.MonkeyPatch, method: str, below: str) -> None:
    """Let the disk lie: `method` says it is done for files below a folder, and does nothing."""
    from vault_simdisk import SimFile

    step = SimDisk.step

    def skipping(self: SimDisk, call: str, path) -> None:
        step(self, call, path)
        if call == method and below in path.parts:
            raise _Skip

    def tolerant(original: Callable[..., None]) -> Callable[..., None]:
        def run(*args: object) -> None:
            with contextlib.suppress(_Skip):
                original(*args)

        return run

    patch.setattr(SimDisk, "step", skipping)
    patch.setattr(SimFile, "sync", tolerant(SimFile.sync))
    for name in ("sync_folder", "remove"):
        patch.setattr(SimDisk, name, tolerant(getattr(SimDisk, name)))

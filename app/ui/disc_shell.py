"""The part of the shell that offers a disc or stick when one is put in: once, calmly, and never by itself."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import flet as ft

from app.disc.drives import Drive, Kind, Reason, Watch, name_of, why
from app.places import words
from app.services.back_up import NAME
from app.ui.parts.notice import Offer

EVERY, SOON = 2.0, 0.25
"""Seconds between two looks; sooner while a drive is being asked, so that its answer does not wait."""
_SILENT = frozenset({Reason.NO_MEDIUM, Reason.NO_ANSWER})
"""Nothing to tell a person who has just put something in."""

_DO = {Kind.OPTICAL: "Load this disc", Kind.REMOVABLE: "Load pictures"}
_ICONS = {Kind.OPTICAL: ft.Icons.ALBUM_OUTLINED, Kind.REMOVABLE: ft.Icons.USB_OUTLINED}


def may_hold_pictures(vault: Path, drive: Drive) -> bool:
    """Leave out the drive on which the record itself lies, and one that is kept for backups. Touches the drive."""
    if drive.imaging:
        return True
    return not (vault.is_relative_to(drive.path) or os.path.exists(drive.path / NAME))  # noqa: PTH110 - never raises


class Offers:
    """What was put in and not answered yet. `load` loads a folder; `show` is called when there is news."""

    def __init__(
        self,
        watch: Watch | None,
        platform: str,
        load: Callable[[Path], None],
        show: Callable[[], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._watch, self._platform, self._load, self._show, self._sleep = watch, platform, load, show, sleep
        self._waiting: dict[Drive, bool] = {}

    @property
    def here(self) -> tuple[Drive, ...]:
        """What is in and can be looked into, or would be if it were allowed."""
        closed = _SILENT | {Reason.NOT_MOUNTED}
        return tuple(drive for drive in self._watch.here if drive.reason not in closed) if self._watch else ()

    def offer(self) -> Offer | None:
        """Word what has waited longest."""
        return next((self._worded(drive, early=early) for drive, early in self._waiting.items()), None)

    def load(self, folder: Path) -> None:
        """Load a folder; a drive on which it lies need not be offered any more."""
        self._waiting = {one: early for one, early in self._waiting.items() if not folder.is_relative_to(one.path)}
        self._load(folder)

    async def watch(self, wanted: Callable[[], bool]) -> None:
        """Look at the drives as long as this is `wanted`."""
        while self._watch is not None and wanted():
            self._look(self._watch)
            await self._sleep(SOON if self._watch.asking else EVERY)

    def _look(self, watch: Watch) -> None:
        change = watch.look()
        for drive in change.removed:
            self._waiting.pop(drive, None)
        self._waiting |= {drive: False for drive in change.inserted if drive.reason not in _SILENT}
        # What was in all along may have been put in for this; a stick with other things on it was not.
        fit = (drive for drive in change.found if drive.kind is Kind.OPTICAL or drive.imaging)
        self._waiting |= {drive: True for drive in fit if drive.reason not in _SILENT}
        if change:
            self._show()

    def _worded(self, drive: Drive, *, early: bool) -> Offer:
        table, kind, name = words("drives"), drive.kind.value, name_of(drive)
        later = partial(self._answered, drive)
        if drive.ready:
            told = table["offer"][f"{kind}_before" if early else kind].format(name=name)
            return Offer(told, _DO[drive.kind], partial(self.load, drive.path), later, _ICONS[drive.kind])
        told = f"{table['closed'][kind].format(name=name)} {why(drive, table['reasons'], self._platform)}"
        return Offer(told, "Try again", partial(self._again, drive), later, _ICONS[drive.kind])

    def _answered(self, drive: Drive) -> None:
        self._waiting.pop(drive, None)
        self._show()

    def _again(self, drive: Drive) -> None:
        if self._watch is not None:
            self._watch.again(drive)
        self._answered(drive)

"""How safe the record is, put into sentences: the ways in, each by a name one knows it by."""

from collections.abc import Sequence

import flet as ft

from app.record.when import day_in_words
from app.ui.screens.safety import Way
from vault import WayIn, WayKind

LASTING = (WayKind.PASSPHRASE, WayKind.RECOVERY_WORDS)
"""A computer's memory goes with the computer: it is no way in to rely on."""
ONLY = "It stays: without it, nobody could open your record any more."
ICONS: dict[WayKind, ft.IconData] = {
    WayKind.PASSPHRASE: ft.Icons.KEY_OUTLINED,
    WayKind.RECOVERY_WORDS: ft.Icons.DESCRIPTION_OUTLINED,
    WayKind.COMPUTER: ft.Icons.COMPUTER_OUTLINED,
    WayKind.UNKNOWN: ft.Icons.HELP_OUTLINE,
}
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def ways_in(ways: Sequence[WayIn]) -> tuple[Way, ...]:
    """Word each way in; the last one that lasts cannot be removed."""
    lasting = [way.id for way in ways if way.kind in LASTING]
    return tuple(_way(one, ONLY if lasting == [one.id] else "") for one in ways)


def about_ways(ways: Sequence[WayIn]) -> str:
    """Say how many ways in there are, and whether a forgotten passphrase would be the end."""
    number = sum(way.kind in LASTING for way in ways)
    told = "There is one way" if number == 1 else f"There are {counted(number)} ways"
    if any(way.kind is WayKind.RECOVERY_WORDS for way in ways):
        return f"{told} to open your record. If you forget your passphrase, your recovery words open it."
    if number > 1:
        return f"{told} to open your record. Recovery words on paper would be one that nobody has to remember."
    return f"{told} to open your record. Recovery words on paper help if the passphrase is ever forgotten."


def counted(number: int) -> str:
    """Write a small number as a word."""
    return NUMBERS[number] if number < len(NUMBERS) else str(number)


def _way(one: WayIn, stays: str) -> Way:
    made = f"Since {day_in_words(one.made.astimezone().date())}" if one.made else ""
    return Way(one.id, _name(one), made, ICONS[one.kind], stays)


def _name(one: WayIn) -> str:
    if one.kind is WayKind.PASSPHRASE:
        return f"Passphrase of {one.label}" if one.label else "Your passphrase"
    if one.kind is WayKind.RECOVERY_WORDS:
        return "Recovery words on paper"
    if one.kind is WayKind.COMPUTER:
        return f"The computer {one.label}" if one.label else "A computer"
    return "A way that a newer Scanfolio has made"

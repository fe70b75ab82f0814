"""Ways in: what a person or a computer shows to open a vault, and what the vault tells of those it has."""

import os
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType, Self, TypeAlias

from vault.crypto.stretch import Cost
from vault.keys import words
from vault.keys.computer import ThisComputer
from vault.values import Random

WayId = NewType("WayId", str)
"""32 hex digits, random: one slot, for as long as it is not revoked."""


@dataclass(frozen=True, slots=True)
class RecoveryWords:
    """Twelve words on paper; they never show in a repr."""

    entropy: bytes = field(repr=False)

    @classmethod
    def new(cls, random: Random = os.urandom) -> Self:
        """Fresh words from 128 random bits."""
        return cls(random(words.ENTROPY_SIZE))

    @classmethod
    def parse(cls, text: str) -> Self:
        """What somebody typed from the page; raises BadRecoveryWords' children."""
        return cls(words.decode(text))

    @property
    def words(self) -> tuple[str, ...]:
        """The twelve, in their order."""
        return words.encode(self.entropy)


Way: TypeAlias = str | RecoveryWords | ThisComputer
"""A passphrase as it was typed, or one of the others."""


class WayKind(StrEnum):
    """What a slot takes."""

    PASSPHRASE = "passphrase"  # noqa: S105 - a word, not a secret
    RECOVERY_WORDS = "recovery words"
    COMPUTER = "computer"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class WayIn:
    """One slot, as told to the people who can open the vault.

    `made` is when it was made or last changed, None where that was not said; `cost` is a passphrase's.
    """

    id: WayId
    kind: WayKind
    label: str = field(repr=False)
    made: datetime | None
    cost: Cost | None

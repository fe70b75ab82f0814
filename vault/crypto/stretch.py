"""A passphrase becomes a key slowly: Argon2id (RFC 9106) with a floor and a ceiling."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from vault.crypto.derive import KEY_SIZE
from vault.errors import CostOutOfBounds, NotEnoughMemory

MIB = 1024
SALT_SIZE = 16


@dataclass(frozen=True, slots=True)
class Cost:
    """Argon2id's m (KiB), t and p; refused outside the bounds before any work is done."""

    memory_kib: int
    iterations: int
    lanes: int

    def __post_init__(self) -> None:
        memory = 19 * MIB <= self.memory_kib <= 2048 * MIB
        if not (memory and 2 <= self.iterations <= 64 and 1 <= self.lanes <= 16):
            raise CostOutOfBounds(self.memory_kib, self.iterations, self.lanes)


FLOOR = Cost(19 * MIB, 2, 1)
DEFAULT = Cost(64 * MIB, 3, 4)
HIGHEST = 1024 * MIB
"""The most that is chosen for a new slot, in KiB: it should open on a smaller computer too."""
STEP = 16 * MIB
SHARE = 8
"""At most this part of a machine's memory, or opening a vault would push everything else out of it."""


def stretch(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """32 bytes; the passphrase is NFKD-normalised, so the same keys typed elsewhere give the same.

    Raises NotEnoughMemory.
    """
    normal = unicodedata.normalize("NFKD", passphrase).encode("utf-8", "surrogatepass")
    kdf = Argon2id(
        salt=salt,
        length=KEY_SIZE,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    )
    try:
        return kdf.derive(normal)
    except MemoryError:
        raise NotEnoughMemory(cost.memory_kib) from None


def calibrate(clock: Callable[[], float], memory_kib: int, target: float = 0.5) -> Cost:
    """The default with as much memory as takes about `target` seconds on a machine of `memory_kib`.

    Never below the default's 64 MiB, but the floor where not even that can be had.
    """
    start = clock()
    try:
        stretch("calibration", bytes(SALT_SIZE), DEFAULT)
    except NotEnoughMemory:
        return FLOOR
    affordable = int(DEFAULT.memory_kib * target / max(clock() - start, 1e-3))
    memory = min(affordable, memory_kib // SHARE, HIGHEST)
    return replace(DEFAULT, memory_kib=max(memory - memory % STEP, DEFAULT.memory_kib))

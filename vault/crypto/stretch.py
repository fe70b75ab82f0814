"""A passphrase becomes a key slowly: Argon2id (RFC 9106) with a floor and a ceiling."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from vault.crypto.derive import KEY_SIZE
from vault.errors import CostOutOfBounds

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


def stretch(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """32 bytes; the passphrase is NFKD-normalised, so the same keys typed elsewhere give the same."""
    normal = unicodedata.normalize("NFKD", passphrase).encode("utf-8", "surrogatepass")
    kdf = Argon2id(
        salt=salt,
        length=KEY_SIZE,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    )
    return kdf.derive(normal)


def calibrate(clock: Callable[[], float], target: float = 0.5) -> Cost:
    """The default with as much memory as takes about `target` seconds here, from 64 MiB to 1 GiB."""
    start = clock()
    stretch("calibration", bytes(SALT_SIZE), DEFAULT)
    times = int(target / max(clock() - start, 1e-3))
    memory = DEFAULT.memory_kib * min(max(times, 1), 16)
    return Cost(memory, DEFAULT.iterations, DEFAULT.lanes)

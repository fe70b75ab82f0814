"""What this machine can bear: its memory and speed, asked of the operating system and the clock."""

import os
import time

from vault.crypto.stretch import MIB, Cost, calibrate

USUAL_KIB = 2048 * MIB
"""What a machine that does not say (Windows) is taken to have at least."""


def memory_kib() -> int:
    """The machine's memory."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024
    except (AttributeError, ValueError, OSError):
        return USUAL_KIB


def affordable_cost() -> Cost:
    """A new passphrase's cost, measured now; takes a fraction of a second."""
    return calibrate(time.perf_counter, memory_kib())

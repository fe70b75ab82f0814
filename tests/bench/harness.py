"""Timing two commands side by side: interleaved rounds, wall and CPU seconds, medians, ratios, peak memory.

Absolute times say little on a shared machine; the ratio of two commands in the same rounds does.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Contender:
    """One command, and what must be true before each of its rounds."""

    name: str
    command: Sequence[str]
    before: Callable[[], None] = lambda: None
    stdin: bytes = b""


@dataclass(frozen=True)
class Measured:
    """Medians over the rounds: seconds of wall and CPU (with waited-for children), and peak memory in MB."""

    name: str
    wall: float
    cpu: float
    peak_mb: float
    walls: tuple[float, ...]


def race(contenders: Sequence[Contender], rounds: int = 5) -> list[Measured]:
    """Run every contender once in each round; the first one is what the others are compared with."""
    results: dict[str, list[tuple[float, float, float]]] = {contender.name: [] for contender in contenders}
    for _ in range(rounds):
        for contender in contenders:
            contender.before()
            results[contender.name].append(once(contender))
    return [measured(name, runs) for name, runs in results.items()]


def once(contender: Contender) -> tuple[float, float, float]:
    """Return wall seconds, CPU seconds and peak MB of one run; a command that fails ends the benchmark."""
    begun = time.perf_counter()
    child = subprocess.Popen(
        contender.command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert child.stdin is not None
    assert child.stderr is not None
    child.stdin.write(contender.stdin)
    child.stdin.close()
    errors = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"{contender.name} failed with {child.returncode}:\n{errors.decode(errors='replace')}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def measured(name: str, runs: Sequence[tuple[float, float, float]]) -> Measured:
    walls, cpus, peaks = zip(*runs, strict=True)
    return Measured(name, statistics.median(walls), statistics.median(cpus), max(peaks), tuple(walls))


def table(results: Sequence[Measured]) -> str:
    """Return the results as text, each with its ratios to the first."""
    first = results[0]
    lines = [f"{'':28} {'wall s':>8} {'ratio':>6} {'range':>13} {'CPU s':>8} {'ratio':>6} {'peak MB':>8}"]
    for row in results:
        spread = f"{min(row.walls):.2f}-{max(row.walls):.2f}"
        lines.append(
            f"{row.name:28} {row.wall:8.2f} {row.wall / first.wall:6.2f} {spread:>13} {row.cpu:8.2f} "
            f"{row.cpu / first.cpu:6.2f} {row.peak_mb:8.0f}"
        )
    return "\n".join(lines)

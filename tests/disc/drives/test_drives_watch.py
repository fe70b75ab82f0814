"""Watching: what is put in and taken out is told once, a swap is seen, and no drive holds up another."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.disc import drives as room
from app.disc.drives import Change, Drive, Kind, Place, Reason, Watch, drives

CD, STICK = Path("/discs/CD"), Path("/discs/STICK")


def drive(path: Path = CD, identity: str = "1", **facts: object) -> Drive:
    kind = Kind.OPTICAL if path == CD else Kind.REMOVABLE
    return replace(Drive(path, path.name, kind, identity, ready=True), **facts)


class Fake:
    """A computer into which a test puts drives. A mark of None lets only asking tell, as on Windows."""

    def __init__(self, *, marks: bool = True) -> None:
        self.marks, self.inside = marks, dict[Path, Drive]()
        self.asked: list[Path] = []
        self.hung: dict[Path, threading.Event] = {}

    def put(self, one: Drive) -> Drive:
        self.inside[one.path] = one
        return one

    def places(self) -> dict[Path, Place]:
        paths = self.inside if self.marks else {CD: None}
        return {path: Place(Kind.OPTICAL, self.inside[path].identity if self.marks else "") for path in paths}

    def ask(self, path: Path) -> Drive | None:
        self.asked.append(path)
        answer = self.inside.get(path)
        if path in self.hung:
            self.hung[path].wait(10)
        return answer


def at_once(job: Callable[[], None]) -> None:
    job()


def watch(system: Fake) -> Watch:
    """Watch a computer that was empty; each drive answers before the next look."""
    watching = Watch(system, start=at_once)
    assert watching.look() == Change()
    return watching


def looks(watching: Watch) -> Change:
    """Ask, and take the answer."""
    first, second = watching.look(), watching.look()
    return Change(*(one + other for one, other in zip(parts(first), parts(second), strict=True)))


def parts(change: Change) -> tuple[tuple[Drive, ...], ...]:
    return change.found, change.inserted, change.removed


BOTH = pytest.mark.parametrize("marks", [True, False], ids=["marked", "asked each time"])


@BOTH
def test_a_disc_is_told_once(marks: bool) -> None:
    system = Fake(marks=marks)
    watching = watch(system)
    watching.look()
    disc = system.put(drive())
    assert looks(watching) == Change(inserted=(disc,))
    assert looks(watching) == Change()
    assert watching.here == (disc,)


@BOTH
def test_a_disc_that_was_taken_out_is_told_once(marks: bool) -> None:
    system = Fake(marks=marks)
    watching = watch(system)
    watching.look()
    disc = system.put(drive())
    looks(watching)
    system.inside.clear()
    assert looks(watching) == Change(removed=(disc,))
    assert looks(watching) == Change()
    assert watching.here == ()


@BOTH
def test_a_disc_swapped_between_two_looks_is_noticed(marks: bool) -> None:
    system = Fake(marks=marks)
    watching = watch(system)
    watching.look()
    first = system.put(drive())
    looks(watching)
    second = system.put(drive(identity="2"))
    assert looks(watching) == Change(inserted=(second,), removed=(first,))


def test_what_was_in_already_is_told_apart() -> None:
    system = Fake()
    early = system.put(drive())
    watching = Watch(system, start=at_once)
    assert looks(watching) == Change(found=(early,))
    late = system.put(drive(STICK, "9"))
    assert looks(watching) == Change(inserted=(late,))
    system.inside.pop(CD)
    looks(watching)
    again = system.put(drive())
    assert looks(watching) == Change(inserted=(again,)), "put in again, it counts as put in"


def test_a_drive_that_was_empty_at_first_counts_as_filled_later() -> None:
    system = Fake(marks=False)
    watching = Watch(system, start=at_once)
    empty = system.put(drive(ready=False, reason=Reason.NO_MEDIUM))
    assert looks(watching) == Change(found=(empty,))
    disc = system.put(drive(identity="2"))
    assert looks(watching) == Change(inserted=(disc,), removed=(empty,))


def test_a_disc_that_came_back_before_it_answered_counts_as_put_in() -> None:
    system, jobs = Fake(), list[Callable[[], None]]()
    system.put(drive())
    watching = Watch(system, start=jobs.append)
    watching.look()
    system.inside.clear()
    watching.look()
    again = system.put(drive(identity="2"))
    watching.look()
    for job in jobs:
        job()
    assert watching.look() == Change(inserted=(again,))


def test_a_known_disc_is_not_touched_again() -> None:
    system = Fake()
    watching = watch(system)
    system.put(drive())
    for _ in range(5):
        watching.look()
    assert system.asked == [CD]


def test_what_turned_out_to_be_nothing_is_not_asked_again() -> None:
    system = Fake()
    system.put(drive())
    watching = Watch(system, wanted=lambda _: False, start=at_once)
    for _ in range(5):
        assert watching.look() == Change()
    assert system.asked == [CD]


def test_asking_again_tells_it_as_put_in_just_now() -> None:
    system = Fake()
    watching = watch(system)
    closed = system.put(drive(ready=False, reason=Reason.PERMISSION))
    assert looks(watching) == Change(inserted=(closed,))
    allowed = system.put(drive())
    assert looks(watching) == Change()
    watching.again(closed)
    assert looks(watching) == Change(inserted=(allowed,))


def test_whatever_a_drive_does_it_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    class Broken(Fake):
        def ask(self, path: Path) -> Drive | None:
            raise RuntimeError(path)

    system = Broken()
    system.put(drive())
    watching = Watch(system, start=at_once)
    (told,) = looks(watching).found
    assert (told.path, told.kind, told.ready, told.reason) == (CD, Kind.OPTICAL, False, Reason.UNREADABLE)
    assert "CD" not in "".join(capfd.readouterr())


def until(holds: Callable[[], bool]) -> None:
    for _ in range(500):
        if holds():
            return
        threading.Event().wait(0.01)
    raise AssertionError("still not so")


def test_a_drive_that_hangs_does_not_hold_up_another() -> None:
    system = Fake()
    system.hung[CD] = threading.Event()
    system.put(drive())
    system.put(drive(STICK, "2"))
    watching = Watch(system)
    until(lambda: bool(watching.look()))
    assert [one.path for one in watching.here] == [STICK]
    for _ in range(5):
        watching.look()
    assert watching.asking
    assert system.asked.count(CD) == 1, "no second question while the first hangs"
    system.hung[CD].set()
    until(lambda: bool(watching.look()))
    assert {one.path for one in watching.here} == {CD, STICK}
    assert not watching.asking


def test_an_answer_about_a_disc_that_is_gone_is_dropped() -> None:
    system = Fake()
    system.hung[CD] = threading.Event()
    watching = Watch(system)
    system.put(drive())
    watching.look()
    until(lambda: system.asked == [CD])
    system.inside.clear()
    system.hung[CD].set()
    until(lambda: not watching.asking)
    assert watching.look() == Change()
    assert watching.here == ()


def test_a_thread_for_a_drive_does_not_keep_the_program_open() -> None:
    system = Fake()
    system.hung[CD] = threading.Event()
    system.put(drive())
    Watch(system).look()
    asking = [thread for thread in threading.enumerate() if thread.name == "drive"]
    assert asking
    assert all(thread.daemon for thread in asking)
    system.hung[CD].set()


# --- asking once, as the command line does -------------------------------------------------------------------------


def test_what_is_in_now_by_path() -> None:
    system = Fake()
    stick, disc = system.put(drive(STICK, "2")), system.put(drive())
    assert drives(system) == (disc, stick)


def test_a_drive_without_an_answer_is_told_as_such() -> None:
    system = Fake()
    system.hung[CD] = threading.Event()
    system.put(drive())
    stick = system.put(drive(STICK, "2"))
    told = drives(system, limit=0.2)
    hanging = [thread for thread in threading.enumerate() if thread.name == "drive"]
    assert hanging
    assert all(thread.daemon for thread in hanging), "the program could not end"
    system.hung[CD].set()
    assert told[1:] == (stick,)
    assert (told[0].path, told[0].ready, told[0].reason) == (CD, False, Reason.NO_ANSWER)


def test_a_computer_without_drives() -> None:
    assert drives(Fake()) == ()


@pytest.mark.parametrize(
    ("platform", "kind"), [("linux", room.Linux), ("darwin", room.MacOS), ("freebsd14", room.Linux)]
)
def test_each_system_has_its_own_way(platform: str, kind: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room.sys, "platform", platform)
    assert isinstance(room.system(), kind)


def test_this_very_computer_can_be_asked() -> None:
    assert all(isinstance(one, Drive) for one in drives())

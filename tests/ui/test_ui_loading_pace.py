"""How long it will take: said smoothly, and not before anybody can know."""

import pytest

from app.ui.pace import SILENT, STANDSTILL, Pace, speed_in_words, time_left

MB = 1_000_000


class Watch:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def run(pace: Pace, watch: Watch, seconds: float, rate: float, done: float = 0, total: int = 1000 * MB) -> float:
    """Let a drive give `rate` bytes a second; returns the bytes done."""
    for _ in range(int(seconds * 10)):
        watch.seconds += 0.1
        done += rate / 10
        pace.seen(int(done), total)
    return done


def test_nothing_is_said_in_the_first_seconds() -> None:
    watch = Watch()
    pace = Pace(watch)
    run(pace, watch, SILENT - 0.5, 5 * MB)
    assert (pace.left, pace.speed) == (None, None)


def test_an_even_drive_is_told_rightly() -> None:
    watch = Watch()
    pace = Pace(watch)
    run(pace, watch, 20, 5 * MB)
    assert pace.speed == pytest.approx(5 * MB, rel=0.02)
    assert pace.left == pytest.approx(180, rel=0.03)


def test_a_short_stutter_hardly_changes_what_is_said() -> None:
    watch = Watch()
    pace = Pace(watch)
    done = run(pace, watch, 30, 5 * MB)
    before = pace.left
    assert before is not None
    run(pace, watch, 2, 0.5 * MB, done)
    assert pace.left == pytest.approx(before, rel=0.25)


def test_a_drive_that_became_slow_is_believed_after_a_while() -> None:
    watch = Watch()
    pace = Pace(watch)
    done = run(pace, watch, 20, 8 * MB)
    run(pace, watch, 60, 1 * MB, done)
    assert pace.speed == pytest.approx(1 * MB, rel=0.1)


def test_a_standstill_is_told_and_no_time_is_invented() -> None:
    watch = Watch()
    pace = Pace(watch)
    done = run(pace, watch, 20, 5 * MB)
    assert not pace.stands_still
    run(pace, watch, STANDSTILL + 0.5, 0, done)
    assert pace.stands_still
    assert (pace.left, pace.speed) == (None, None)
    run(pace, watch, 1, 5 * MB, done)
    assert not pace.stands_still


def test_time_in_which_a_person_was_waited_for_counts_for_nothing() -> None:
    watch = Watch()
    pace = Pace(watch)
    done = run(pace, watch, 20, 5 * MB)
    watch.seconds += 300
    pace.begin_anew()
    assert (pace.left, pace.stands_still) == (None, False)
    run(pace, watch, 10, 5 * MB, done)
    assert pace.speed == pytest.approx(5 * MB, rel=0.03)


def test_the_end_is_no_standstill() -> None:
    watch = Watch()
    pace = Pace(watch)
    run(pace, watch, 20, 0, 10 * MB, 10 * MB)
    assert not pace.stands_still


def test_nothing_read_yet_gives_no_time() -> None:
    watch = Watch()
    pace = Pace(watch)
    run(pace, watch, 7, 0)
    assert pace.left is None


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, ""), (0, "less than a minute left"), (49, "less than a minute left"), (50, "about 1 minute left"),
        (89, "about 1 minute left"), (180, "about 3 minutes left"), (600, "about 10 minutes left"),
        (760, "about 15 minutes left"), (5000, "about 85 minutes left"), (7300, "about 2 hours left"),
    ],
)  # fmt: skip
def test_a_time_is_said_as_people_do(seconds: float | None, said: str) -> None:
    assert time_left(seconds) == said


def test_a_speed_is_said_in_megabytes() -> None:
    assert speed_in_words(None) == ""
    assert speed_in_words(1_230_000) == "1.2 MB a second"
    assert speed_in_words(54_000_000) == "54 MB a second"

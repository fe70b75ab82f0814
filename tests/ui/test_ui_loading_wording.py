"""A load under way, in words: no number that nobody can know, and none more exact than it is."""

from app.progress import Step
from app.ui import loading_wording
from app.ui.under_way import Standing

MB = 1_000_000
HALF = Step(312, 1204, 160 * MB, 540 * MB, exam="CT scan of the chest")


def test_before_anything_is_known() -> None:
    progress = loading_wording.progress(Standing("CD 1"))
    assert (progress.exam, progress.counted, progress.pace) == ("Looking at what is on the disc", "", "")
    assert progress.share is None


def test_half_way() -> None:
    progress = loading_wording.progress(Standing("CD 1", HALF, speed=5.1 * MB, left=180.0))
    assert progress.exam == "CT scan of the chest"
    assert progress.counted == "312 of 1,204 files · 160 of 540 MB"
    assert progress.pace == "5.1 MB a second · about 3 minutes left"
    assert progress.share == 160 / 540


def test_an_exam_that_is_not_known_yet_is_not_invented() -> None:
    assert loading_wording.progress(Standing("CD 1", Step(3, 9, 1, 2))).exam == "Reading"


def test_a_drive_in_trouble_is_told_instead_of_a_time() -> None:
    progress = loading_wording.progress(Standing("CD 1", HALF, stands_still=True))
    assert "The drive has trouble with this place." in progress.pace
    assert "left" not in progress.pace


def test_stopping_is_told_at_once() -> None:
    progress = loading_wording.progress(Standing("CD 1", HALF, speed=1.0, left=3.0, stopping=True))
    assert (progress.exam, progress.pace) == ("Stopping…", "What was read until now is being kept.")
    assert progress.stopping


def test_sizes_are_counted_in_one_unit() -> None:
    def counted(done: int, total: int) -> str:
        return loading_wording.counted(Standing("CD", Step(1, 2, done, total))).split(" · ")[1]

    assert counted(0, 519_000) == "0 of 519 kB"
    assert counted(400_000, 4 * MB) == "0.4 of 4.0 MB"
    assert counted(400 * MB, 4_300 * MB) == "0.4 of 4.3 GB"
    assert counted(10, 900) == "0.0 of 0.9 kB"


def test_the_share_never_passes_the_end() -> None:
    assert loading_wording.share(Standing("CD", Step(1, 2, 30, 20))) == 1.0


def test_beside_the_timeline() -> None:
    told = loading_wording.under_way(Standing("CD 1", HALF, left=180.0))
    assert told.startswith("“CD 1” is being read: 312 of 1,204 files · 160 of 540 MB, about 3 minutes left.")
    assert loading_wording.under_way(Standing("CD 1")).startswith("“CD 1” is being read.")

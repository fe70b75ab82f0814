"""Looking at a series in a real browser: what is on the screen is what the engine made, to the pixel."""

from collections.abc import Callable
from functools import partial

import flet as ft
import numpy as np
import pytest
from driver import BOTH_SIZES, Journey
from ui.fake_pictures import FakePictures

from app.ui import theme
from app.ui.rendering import render
from app.ui.screens.viewer import ViewerScreen


@pytest.fixture
def series() -> FakePictures:
    return FakePictures()


@pytest.fixture
def journey(open_app: Callable[..., Journey], series: FakePictures) -> Journey:
    """The viewer, open on the series, its first picture shown."""
    opened = open_app(partial(show, series))
    opened.reads_in("position", "1 of 60")
    opened.screen()
    return opened


def show(series: FakePictures, page: ft.Page) -> None:
    def leave() -> None:
        page.controls.clear()
        page.add(ft.Text("Back at the exam."))

    theme.dress(page)
    page.add(ViewerScreen(series, partial(render, series), lambda error: "Its file seems damaged.", leave))


def assert_exact(journey: Journey, series: FakePictures) -> None:
    """Every pixel of the picture area is the engine's own; the area is as large as the array."""
    screen = journey.screen()
    left, top, right, bottom = journey.area("picture")
    shown, given = screen[top:bottom, left:right], series.given[-1]
    assert shown.shape[:2] == given.shape
    assert np.array_equal(shown, np.repeat(given[..., None], 3, axis=2))


def middle(journey: Journey) -> tuple[float, float]:
    left, top, right, bottom = journey.area("picture")
    return (left + right) / 2, (top + bottom) / 2


@BOTH_SIZES
def test_the_first_picture_is_exact(journey: Journey, series: FakePictures):
    journey.reads_in("position", "1 of 60")
    assert_exact(journey, series)
    left, _, right, _ = journey.area("picture")
    assert (left, right) == (0, journey.screen().shape[1]), "the picture has the whole width"


@BOTH_SIZES
def test_the_wheel_scrolls_exactly(journey: Journey, series: FakePictures):
    journey.page.mouse.move(*middle(journey))
    for _ in range(5):
        journey.page.mouse.wheel(0, 100)
    journey.reads_in("position", "6 of 60")
    assert_exact(journey, series)
    journey.page.mouse.wheel(0, -100)
    journey.reads_in("position", "5 of 60")
    assert_exact(journey, series)


def test_a_fast_wheel_ends_on_the_right_picture(journey: Journey, series: FakePictures):
    journey.page.mouse.move(*middle(journey))
    before = len(series.asked)
    for _ in range(50):
        journey.page.mouse.wheel(0, 100)
    journey.reads_in("position", "51 of 60")
    assert series.asked[-1][0] == 50
    assert len(series.asked) - before <= 51
    assert_exact(journey, series)


@BOTH_SIZES
def test_dragging_changes_the_brightness_exactly(journey: Journey, series: FakePictures):
    right, down = middle(journey)
    journey.page.mouse.move(right, down)
    journey.page.mouse.down()
    journey.page.mouse.move(right + 80, down + 40, steps=10)
    journey.page.mouse.up()
    assert_exact(journey, series)
    window = series.asked[-1][1].window
    assert window is not None
    assert window.width > 1000
    assert window.center > 500
    journey.reads_in("window", f"C {window.center:.0f}")
    journey.reads_in("window", f"W {window.width:.0f}")


def test_the_right_button_pushes_the_picture_exactly(journey: Journey, series: FakePictures):
    right, down = middle(journey)
    journey.page.mouse.move(right, down)
    journey.page.mouse.down(button="right")
    journey.page.mouse.move(right - 30, down + 50, steps=10)
    journey.page.mouse.up(button="right")
    assert_exact(journey, series)
    assert series.asked[-1][1].pan == (-30, 50)
    journey.press("As at first (R)")
    assert_exact(journey, series)
    assert series.asked[-1][1].pan == (0, 0)


@BOTH_SIZES
def test_zooming_is_exact(journey: Journey, series: FakePictures):
    journey.press("Larger (+)")
    journey.press("Larger (+)")
    assert_exact(journey, series)
    assert series.asked[-1][1].zoom == 1.25**2


def test_the_keyboard_does_everything(journey: Journey, series: FakePictures):
    for key, words in (("PageDown", "11 of"), ("End", "60 of"), ("ArrowUp", "59 of"), ("Home", "1 of")):
        journey.page.keyboard.press(key)
        journey.reads_in("position", words)
    journey.page.keyboard.press("i")
    journey.reads_in("window", "inverted")
    journey.page.keyboard.press("2")
    journey.reads_in("window", "C 350  W 2000")
    journey.page.keyboard.press("+")
    journey.page.keyboard.press("Escape")
    journey.reads("Back at the exam.")
    assert series.asked[-1][1].zoom == 1.25


def test_the_keyboard_still_works_after_a_button(journey: Journey):
    journey.press("Next picture")
    journey.reads_in("position", "2 of 60")
    journey.page.keyboard.press("ArrowDown")
    journey.reads_in("position", "3 of 60")


def test_a_held_key_goes_on(journey: Journey):
    journey.page.keyboard.down("ArrowDown")
    journey.page.keyboard.down("ArrowDown")
    journey.page.keyboard.down("ArrowDown")
    journey.page.keyboard.up("ArrowDown")
    journey.reads_in("position", "4 of 60")


@BOTH_SIZES
def test_a_brightness_by_name(journey: Journey, series: FakePictures):
    journey.mark("presets").click()
    journey.page.get_by_role("menuitem", name="Bone").click()
    journey.reads_in("window", "C 350  W 2000")
    assert_exact(journey, series)


@BOTH_SIZES
def test_whose_and_when_stand_there(journey: Journey):
    journey.reads_in("patient", "Anna Example · born 3 May 1957")
    journey.reads_in("exam-date", "12 March 2024")
    journey.reads("For looking, not for diagnosis.")


def test_a_damaged_picture_leaves_the_screen_empty(journey: Journey, series: FakePictures):
    for _ in range(7):
        journey.page.keyboard.press("ArrowDown")
    journey.reads_in("position", "8 of 60")
    journey.reads("Picture 8 cannot be shown. Its file seems damaged.")
    left, top = journey.area("picture")[:2]
    corner = journey.screen()[top : top + 60, left : left + 60]
    assert len(np.unique(corner.reshape(-1, 3), axis=0)) == 1, "nothing of the picture before is left"
    journey.page.keyboard.press("ArrowDown")
    journey.reads_in("position", "9 of 60")
    assert_exact(journey, series)


def test_a_reload_shows_the_same_picture_again(journey: Journey, series: FakePictures):
    journey.page.keyboard.press("End")
    journey.reads_in("position", "60 of 60")
    journey.reload()
    journey.reads_in("position", "60 of 60")
    assert_exact(journey, series)


def test_a_changed_window_is_filled_again(journey: Journey, series: FakePictures):
    journey.page.set_viewport_size({"width": 700, "height": 640})
    journey.page.wait_for_timeout(300)
    assert_exact(journey, series)
    assert series.asked[-1][1].width == 700

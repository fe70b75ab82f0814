"""What a hand can do to a view: plain values in, plain values out."""

import pytest

from app.ui import view as looking
from app.ui.parts.looking import preset_words, window_words
from app.ui.view import View, Wheel

OWN = (40.0, 400.0)


def test_steps_stop_at_the_ends():
    view = View(60)
    assert looking.step(view, -1).index == 0
    assert looking.step(view, 1).index == 1
    assert looking.step(view, 1000).index == 59
    assert looking.to(view, -5).index == 0


def test_a_step_keeps_how_one_looks():
    view = View(60, 3, zoom=2.0, pan=(5, 6), window=(1, 2), invert=True)
    assert looking.step(view, 1) == View(60, 4, zoom=2.0, pan=(5, 6), window=(1, 2), invert=True)


def test_zoom_keeps_the_middle_of_the_screen():
    view = looking.moved(View(1), 10, -20)
    assert looking.zoomed(view, 2.0).pan == (20, -40)
    assert looking.zoomed(looking.zoomed(view, 2.0), 0.5) == view


def test_zoom_has_ends():
    view = View(1)
    for _ in range(100):
        view = looking.zoomed(view, 1.25)
    assert view.zoom == looking.LARGEST
    for _ in range(200):
        view = looking.zoomed(view, 0.8)
    assert view.zoom == looking.SMALLEST


def test_drag_right_widens_and_drag_down_darkens():
    wider = looking.brightened(View(1), OWN, right=100, down=0)
    assert wider.window == (40.0, 500.0)
    darker = looking.brightened(View(1), OWN, right=0, down=100)
    assert darker.window == (140.0, 400.0)


def test_a_drag_goes_on_from_the_drag_before():
    once = looking.brightened(View(1), OWN, 10, 10)
    again = looking.brightened(once, OWN, 10, 10)
    assert again.window is not None
    assert once.window is not None
    assert again.window[1] > once.window[1] > OWN[1]


def test_a_window_never_gets_narrower_than_one():
    view = looking.brightened(View(1), OWN, right=-10_000, down=0)
    assert view.window is not None
    assert view.window[1] == 1.0


def test_colour_has_no_brightness_to_drag():
    assert looking.brightened(View(1), None, 50, 50) == View(1)


def test_reset_keeps_the_picture():
    changed = View(60, 7, zoom=3.0, pan=(1, 1), window=(1, 2), invert=True)
    assert looking.reset(changed) == View(60, 7)


def test_a_mouse_tick_is_one_step_and_a_pads_breaths_add_up():
    wheel = Wheel()
    assert [wheel.turn(100), wheel.turn(-100), wheel.turn(53)] == [1, -1, 1]
    assert [wheel.turn(6) for _ in range(8)] == [0, 0, 0, 1, 0, 0, 0, 1]


def test_turning_back_begins_anew():
    wheel = Wheel()
    assert wheel.turn(20) == 0
    assert wheel.turn(-20) == 0, "20 down and 20 up is no step up"
    assert wheel.turn(-20) == -1


@pytest.mark.parametrize(
    ("view", "own", "words"),
    [
        (View(1), OWN, "C 40  W 400"),
        (View(1, window=(-600, 1500)), OWN, "C -600  W 1500"),
        (View(1, window=(0.5, 1.25)), OWN, "C 0.5  W 1.25"),
        (View(1, invert=True), OWN, "C 40  W 400  inverted"),
        (View(1), None, ""),
        (View(1, invert=True), None, "inverted"),
    ],
)
def test_window_numbers_in_words(view: View, own, words: str):
    assert window_words(view, own) == words


def test_a_preset_shows_its_numbers():
    class Lung:
        label, center, width = "Lung", -600.0, 1500.0

    assert preset_words(Lung()) == "Lung   C -600  W 1500"

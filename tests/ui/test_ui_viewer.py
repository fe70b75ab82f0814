"""The viewer screen, browserless: what it asks the engine for, and what it says."""

from functools import partial

import flet as ft
import pytest
from fake_pictures import FakePictures
from headless import Channel, Window

from app.ui.rendering import render
from app.ui.screens.viewer import ViewerScreen
from app.ui.view import Target, View

AREA = (800.0, 600.0)
ENCODED = 1
CLEARED = b"\x03"


class Looking:
    """A viewer on a fake series, its area measured and its channel open."""

    def __init__(self, **changes: object) -> None:
        self.pictures = FakePictures(**changes)
        self.left: list[bool] = []

    def main(self, page: ft.Page) -> None:
        self.screen = ViewerScreen(
            self.pictures,
            partial(render, self.pictures),
            lambda error: "Its file seems damaged.",
            lambda: self.left.append(True),
        )
        page.add(self.screen)

    async def begin(self, window: Window) -> Channel:
        self.window = window
        channel = await window.open_channel(window.all(ft.RawImage)[0])
        await window.event(window.marked("picture").content, "size_change", {"w": AREA[0], "h": AREA[1]})
        await window.until(lambda: channel.frames != [])
        return channel

    async def key(self, name: str) -> None:
        await self.window.event(self.window.all(ft.KeyboardListener)[0], "key_down", {"key": name})

    async def shows(self, index: int) -> None:
        words = f"{index + 1} of {self.pictures.count}"
        await self.window.until(lambda: words in self.window.texts())

    @property
    def detector(self) -> ft.GestureDetector:
        return self.window.all(ft.GestureDetector)[0]

    async def wheel(self, down: float) -> None:
        point = {"x": 10.0, "y": 10.0}
        data = {"l": point, "g": point, "sd": {"x": 0.0, "y": down}}
        await self.window.event(self.detector, "scroll", data)

    async def drag(self, right: float, down: float) -> None:
        point = {"x": 10.0, "y": 10.0}
        data = {"l": point, "g": point, "ld": {"x": right, "y": down}}
        await self.window.event(self.detector, "pan_update", data)


async def test_the_first_picture_fills_the_measured_area_exactly():
    story = Looking()
    async with Window(story.main) as window:
        channel = await story.begin(window)
        index, viewport = story.pictures.asked[-1]
        assert (index, viewport.width, viewport.height, viewport.window) == (0, 800, 600, None)
        assert channel.frames[-1][0] == ENCODED
        assert channel.frames[-1][1:3] == b"BM"
        image = window.all(ft.RawImage)[0]
        assert (image.width, image.height) == AREA


async def test_on_a_dense_screen_the_picture_has_the_screens_own_pixels():
    story = Looking()
    async with Window(story.main) as window:
        window.page.media.device_pixel_ratio = 1.5
        await story.begin(window)
        viewport = story.pictures.asked[-1][1]
        assert (viewport.width, viewport.height) == (1200, 900)


async def test_a_fraction_of_a_pixel_is_never_asked_for():
    story = Looking()
    async with Window(story.main) as window:
        await story.begin(window)
        await window.event(window.marked("picture").content, "size_change", {"w": 801.7, "h": 599.2})
        await window.until(lambda: story.pictures.asked[-1][1].width == 801)
        image = window.all(ft.RawImage)[0]
        await window.until(lambda: (image.width, image.height) == (801, 599))


async def test_who_and_when_are_always_there():
    story = Looking()
    async with Window(story.main) as window:
        await story.begin(window)
        for words in ("Anna Example · born 3 May 1957", "12 March 2024", "MRI of the head, slices seen from the feet"):
            assert words in window.texts()
        await story.key("End")
        await story.shows(59)
        assert "Anna Example · born 3 May 1957" in window.texts()


async def test_not_for_diagnosis_is_said_once():
    story = Looking()
    async with Window(story.main) as window:
        await story.begin(window)
        assert sum("not for diagnosis" in text for text in window.texts()) == 1


async def test_the_wheel_scrolls():
    story = Looking()
    async with Window(story.main) as window:
        await story.begin(window)
        for _ in range(3):
            await story.wheel(100)
        await story.shows(3)
        await story.wheel(-100)
        await story.shows(2)


async def test_of_a_fast_wheel_only_the_newest_is_rendered():
    story = Looking()
    async with Window(story.main) as window:
        channel = await story.begin(window)
        await window.settle()
        channel.prompt = False
        before = len(story.pictures.asked)
        for _ in range(40):
            await story.wheel(100)
        channel.prompt = True
        channel.acknowledge()
        await story.shows(40)
        assert len(story.pictures.asked) - before <= 3


@pytest.mark.parametrize(
    ("keys", "index"),
    [
        (["Arrow Down"], 1),
        (["Arrow Right", "Arrow Right"], 2),
        (["Arrow Right", "Arrow Up"], 0),
        (["End", "Arrow Left"], 58),
        (["Page Down"], 10),
        (["End", "Page Up"], 49),
        (["End", "Home"], 0),
        (["Arrow Up"], 0),
        (["Q"], 0),
    ],
)
async def test_keys_that_scroll(keys: list[str], index: int):
    story = Looking(damaged=frozenset())
    async with Window(story.main) as window:
        await story.begin(window)
        for key in keys:
            await story.key(key)
        await story.shows(index)
        assert story.screen.view.index == index


async def test_keys_that_change_the_look():
    story = Looking()
    async with Window(story.main) as window:
        await story.begin(window)
        await story.key("I")
        await window.until(lambda: window.says("inverted"))
        await story.key("+")
        await story.key("2")
        await window.until(lambda: window.says("C 350  W 2000"))
        viewport = story.pictures.asked[-1][1]
        assert viewport.invert
        assert viewport.zoom == 1.25
        await story.key("R")
        await window.until(lambda: "C 500  W 1000" in window.texts())
        assert story.pictures.asked[-1][1].window is None


async def test_dragging_brightens_and_the_numbers_follow():
    story = Looking()
    async with Window(story.main) as window:
        await story.begin(window)
        await story.drag(40, 0)
        await window.until(lambda: "C 500  W 1100" in window.texts())
        await story.drag(0, -40)
        await window.until(lambda: "C 390  W 1100" in window.texts())
        window_asked = story.pictures.asked[-1][1].window
        assert window_asked is not None
        assert (window_asked.center, window_asked.width) == (390.0, 1100.0)


async def test_buttons_and_slider():
    story = Looking()
    async with Window(story.main) as window:
        await story.begin(window)
        await window.press("Next picture")
        await story.shows(1)
        await window.press("Picture before")
        await story.shows(0)
        slider = window.all(ft.CupertinoSlider)[0]
        slider.value = 31.0
        await window.event(slider, "change", 31.0)
        await story.shows(30)
        await window.press("Larger (+)")
        await window.until(lambda: story.pictures.asked[-1][1].zoom == 1.25)
        await window.press("As at first (R)")
        await window.until(lambda: story.pictures.asked[-1][1].zoom == 1.0)


async def test_a_damaged_picture_leaves_no_other_picture_in_its_place():
    story = Looking()
    async with Window(story.main) as window:
        channel = await story.begin(window)
        slider = window.all(ft.CupertinoSlider)[0]
        slider.value = 8.0
        await window.event(slider, "change", 8.0)
        await story.shows(7)
        assert window.says("Picture 8 cannot be shown. Its file seems damaged.")
        assert channel.frames[-1] == CLEARED
        await story.key("Arrow Down")
        await story.shows(8)
        await window.until(lambda: not window.says("cannot be shown"))
        assert channel.frames[-1][0] == ENCODED


async def test_colour_pictures_have_no_brightness():
    story = Looking(presets=(), default_window=None)
    async with Window(story.main) as window:
        await story.begin(window)
        await story.drag(100, 100)
        assert story.screen.view.window is None
        assert window.all(ft.PopupMenuButton) == []


async def test_one_picture_needs_no_slider():
    story = Looking(count=1)
    async with Window(story.main) as window:
        await story.begin(window)
        assert "1 of 1" in window.texts()
        assert window.all(ft.CupertinoSlider)[0].disabled
        await story.key("End")
        assert story.screen.view.index == 0


@pytest.mark.parametrize("how", ["Escape", "button"])
async def test_the_way_back(how: str):
    story = Looking()
    async with Window(story.main) as window:
        await story.begin(window)
        await (window.press("Back (Esc)") if how == "button" else story.key(how))
        assert story.left == [True]


async def test_leaving_stops_the_stream():
    story = Looking()
    async with Window(story.main) as window:
        await story.begin(window)
        window.page.controls.clear()
        window.page.update()
        asked = len(story.pictures.asked)
        story.screen._canvas._stream.show(Target(View(60, 3), 10, 10))
        await window.settle(0.05)
        assert len(story.pictures.asked) == asked

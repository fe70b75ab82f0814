"""The area that shows pictures: one array pixel on one screen pixel, and the newest picture always."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from app.ui.parts.frame import measured
from app.ui.stream import Stream
from app.ui.theme import PICTURES, Space, Type
from app.ui.view import Target, View, Wheel


@dataclass(frozen=True, slots=True)
class Hands:
    """What happens when a hand moves over the picture. Distances are device pixels, right and down."""

    on_step: Callable[[int], None]
    on_brighten: Callable[[float, float], None]
    on_move: Callable[[float, float], None]


class PictureCanvas(ft.Container):
    """Shows views. `render` is called in a thread; `on_shown` once the page has the picture.

    A picture that cannot be rendered leaves the area empty, with the words of `explain` instead: the
    one before it must never stand there under the wrong number.
    """

    def __init__(
        self,
        render: Callable[[Target], bytes],
        on_shown: Callable[[View], None],
        explain: Callable[[View, Exception], str],
        hands: Hands,
    ) -> None:
        self._hands, self._on_shown, self._explain = hands, on_shown, explain
        self._view: View | None = None
        self._area = (0.0, 0.0)
        self._wheel = Wheel()
        self._stream = Stream(render, self._send, self._shown, self._failed)
        self._image = ft.RawImage(width=1, height=1, fit=ft.BoxFit.FILL, filter_quality=ft.FilterQuality.NONE)
        self._words = ft.Text("", size=Type.BODY, color=PICTURES.ink, text_align=ft.TextAlign.CENTER)
        self._notice = ft.Container(self._words, padding=Space.LARGE, alignment=ft.Alignment.CENTER)
        self._notice.visible = False
        inside = measured(self._detector(), self._measured)
        self._name = ft.Semantics(identifier="picture", image=True, container=True, content=inside)
        super().__init__(content=self._name, bgcolor=PICTURES.ground)

    def show(self, view: View) -> None:
        """Make this the view to be shown; costs nothing, so every tick may call it."""
        self._view = view
        width, height = (math.floor(side * self._ratio()) for side in self._area)
        if width > 0 and height > 0:
            self._stream.show(Target(view, width, height))

    def did_mount(self) -> None:
        """Begin to show, now that a page is there."""
        super().did_mount()  # type: ignore[no-untyped-call]  # not annotated in Flet
        self._stream.start()

    def will_unmount(self) -> None:
        """Stop showing."""
        self._stream.stop()
        super().will_unmount()  # type: ignore[no-untyped-call]  # not annotated in Flet

    def _detector(self) -> ft.GestureDetector:
        layers = ft.Stack([self._image, self._notice], alignment=ft.Alignment.TOP_LEFT)
        return ft.GestureDetector(
            content=ft.Container(layers, alignment=ft.Alignment.TOP_LEFT, bgcolor=PICTURES.ground),
            mouse_cursor=ft.MouseCursor.BASIC,
            on_scroll=self._scrolled,
            on_pan_update=self._dragged,
            # Without a handler for its start, Flet reports no right drag at all.
            on_right_pan_start=lambda _: None,
            on_right_pan_update=self._pushed,
            exclude_from_semantics=True,
        )

    def _ratio(self) -> float:
        """Device pixels for each logical one; 0 means the page has not said."""
        return self.page.media.device_pixel_ratio or 1.0

    def _measured(self, event: ft.LayoutSizeChangeEvent[ft.LayoutControl]) -> None:
        self._area = (event.width, event.height)
        if self._view is not None:
            self.show(self._view)

    def _scrolled(self, event: ft.ScrollEvent[ft.GestureDetector]) -> None:
        by = self._wheel.turn(event.scroll_delta.y)
        if by:
            self._hands.on_step(by)

    def _dragged(self, event: ft.DragUpdateEvent[ft.GestureDetector]) -> None:
        if event.local_delta is not None:
            self._hands.on_brighten(*self._device(event.local_delta))

    def _pushed(self, event: ft.PointerEvent[ft.GestureDetector]) -> None:
        if event.local_delta is not None:
            self._hands.on_move(*self._device(event.local_delta))

    def _device(self, moved: ft.Offset) -> tuple[float, float]:
        return moved.x * self._ratio(), moved.y * self._ratio()

    async def _send(self, target: Target, picture: bytes) -> None:
        self._fit(target)
        await self._image.render_encoded(picture)

    def _fit(self, target: Target) -> None:
        """Make the image's box exactly as many device pixels as the array has, and take words away."""
        size = (target.width / self._ratio(), target.height / self._ratio())
        if self._notice.visible or (self._image.width, self._image.height) != size:
            self._image.width, self._image.height = size
            self._notice.visible = False
            self.update()

    def _shown(self, target: Target) -> None:
        self._name.label = f"Picture {target.view.index + 1} of {target.view.count}"
        self._name.update()
        self._on_shown(target.view)

    async def _failed(self, target: Target, error: Exception) -> None:
        self._words.value = self._explain(target.view, error)
        self._notice.width, self._notice.height = self._area
        self._notice.visible = True
        self.update()
        await self._image.clear()
        self._on_shown(target.view)

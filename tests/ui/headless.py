"""A browserless window: Flet's own session, page and patches, with a connection that goes nowhere.

What the client would hold is kept too (`Mirror`), built only from the bytes that were sent: a test can
tell a control that was changed from one whose change has reached the screen.
"""

import asyncio
import concurrent.futures
import dataclasses
import inspect
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, Self, TypeVar

import flet as ft
import msgpack
from flet.controls.base_control import BaseControl
from flet.controls.context import _context_page, context
from flet.messaging.connection import Connection
from flet.messaging.protocol import (
    Message,
    MessageAction,
    RegisterClientResponseBody,
    configure_encode_object_for_msgpack,
    decode_ext_from_msgpack,
)
from flet.messaging.session import Session
from flet.pubsub.pubsub_hub import PubSubHub

C = TypeVar("C", bound=BaseControl)
ACKNOWLEDGED = b"\xff"
REPLACE, ADD, REMOVE, MOVE = range(4)


class Mirror:
    """The tree of plain values that a client has after all patches sent to it."""

    def __init__(self) -> None:
        self.page: dict[str, Any] = {}

    def apply(self, control: int, patch: list[Any]) -> None:
        """Apply one patch to the control with this id."""
        places = dict(self._places(patch[0], self._find(control)))
        for kind, *rest in patch[1:]:
            if kind == MOVE:
                source, index, target, at = rest
                places[target].insert(at, places[source].pop(index))
                continue
            node, key, *value = rest
            place = places[node]
            if kind == REMOVE:
                del place[key]
            elif kind == ADD and isinstance(place, list):
                place.insert(key, value[0])
            else:
                place[key] = value[0]

    def texts(self) -> list[str]:
        """Every text a person can read now."""
        return [str(node.get("value", "")) for node in self._walk(self.page, hidden=False) if node.get("_c") == "Text"]

    def _find(self, control: int) -> dict[str, Any]:
        found = [node for node in self._walk(self.page, hidden=True) if node.get("_i") == control]
        assert found, f"a patch for control {control}, which the client has never been sent"
        return found[0]

    def _places(self, tree: list[Any], place: Any) -> Iterator[tuple[int, Any]]:
        yield tree[0], place
        for key, child in (tree[1] if len(tree) > 1 else {}).items():
            yield from self._places(child, place[key])

    def _walk(self, node: Any, *, hidden: bool) -> Iterator[dict[str, Any]]:
        if isinstance(node, dict):
            if node.get("visible") is False and not hidden:
                return
            yield node
            node = list(node.values())
        if isinstance(node, list):
            for child in node:
                yield from self._walk(child, hidden=hidden)


class Channel:
    """The bytes a control streams. The client shows each frame at once, or only when `acknowledge` is called."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.prompt = True
        self._handler: Callable[[bytes], None] = lambda _: None

    def on_bytes(self, handler: Callable[[bytes], None]) -> None:
        self._handler = handler

    def send(self, frame: bytes) -> None:
        self.frames.append(frame)
        if self.prompt:
            self.acknowledge()

    def acknowledge(self) -> None:
        asyncio.get_running_loop().call_soon(self._handler, ACKNOWLEDGED)

    def close(self) -> None:
        self._handler = lambda _: None


class Wire(Connection):
    """Packs every message as the real transport does, so what cannot be packed fails here too."""

    def __init__(self, replies: dict[str, Any]) -> None:
        super().__init__()
        self.loop = asyncio.get_running_loop()
        self.executor = concurrent.futures.ThreadPoolExecutor(2)
        self.pubsubhub = PubSubHub(loop=self.loop, executor=self.executor)
        self.mirror = Mirror()
        self.channels: dict[int, Channel] = {}
        self.calls: list[str] = []
        self.crashes: list[str] = []
        self.messages = 0
        self._replies = replies
        self.session: Session

    def send_message(self, message: Message) -> None:
        self.messages += 1
        packed = msgpack.packb(message.body, default=configure_encode_object_for_msgpack(BaseControl))
        body = msgpack.unpackb(packed, ext_hook=decode_ext_from_msgpack, strict_map_key=False)
        if message.action == MessageAction.REGISTER_CLIENT:
            self.mirror.page = body["page_patch"]
        elif message.action == MessageAction.PATCH_CONTROL:
            self.mirror.apply(body["id"], body["patch"])
        elif message.action == MessageAction.SESSION_CRASHED:
            self.crashes.append(body["message"])
        elif message.action == MessageAction.INVOKE_METHOD:
            self._answer(message.body)

    def _answer(self, call: Any) -> None:
        self.calls.append(call.name)
        reply = self._replies.get(call.name)
        self.loop.call_soon(self.session.handle_invoke_method_results, call.control_id, call.call_id, reply, None)

    def data_channel_for(self, channel_id: int) -> Channel:
        return self.channels.setdefault(channel_id, Channel())


class Window:
    """One open page. Use it as `async with Window(main) as window`."""

    def __init__(
        self,
        main: Callable[[ft.Page], Awaitable[None] | None],
        size: tuple[int, int] = (1280, 800),
        replies: dict[str, Any] | None = None,
    ) -> None:
        self._main, self._size, self._replies = main, size, replies or {}

    async def __aenter__(self) -> Self:
        # As in the app: no handler relies on Flet comparing the whole page behind its back.
        context.disable_auto_update()
        self.wire = Wire(self._replies)
        self.session = self.wire.session = Session(self.wire)
        self.page = self.session.page
        width, height = self._size
        self.session.apply_page_patch({"route": "/", "web": True, "width": width, "height": height})
        _context_page.set(self.page)
        context.reset_auto_update()
        register = RegisterClientResponseBody(
            session_id=self.session.id, page_patch=self.session.get_page_patch(), error=""
        )
        self.wire.send_message(Message(MessageAction.REGISTER_CLIENT, register))
        made = self._main(self.page)
        if inspect.isawaitable(made):
            await made
        self.page.update()
        await self.settle()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.session.close()
        await asyncio.sleep(0)
        self.wire.executor.shutdown(wait=False)

    async def settle(self, seconds: float = 0.02) -> None:
        """Let handlers, threads and answers arrive; a handler that crashed fails the test."""
        for _ in range(20):
            await asyncio.sleep(0)
        await asyncio.sleep(seconds)
        assert not self.wire.crashes, self.wire.crashes

    async def until(self, holds: Callable[[], bool], seconds: float = 5.0) -> None:
        """Wait until something holds."""
        for _ in range(int(seconds / 0.01)):
            if holds():
                return
            await self.settle(0.01)
        raise AssertionError(f"still not so after {seconds} s; on the screen: {self.texts()}")

    def texts(self) -> list[str]:
        """What a person can read: only what was sent to the client counts."""
        return self.wire.mirror.texts()

    def says(self, words: str) -> bool:
        """Whether these words stand somewhere on the screen."""
        return any(words in text for text in self.texts())

    def all(self, kind: type[C]) -> list[C]:
        """The visible controls of a kind, in the order of the page."""
        return [control for control in self._walk(self.page, set()) if isinstance(control, kind)]

    def marked(self, identifier: str) -> ft.Semantics:
        """The mark that journeys find by this name."""
        return next(mark for mark in self.all(ft.Semantics) if mark.identifier == identifier)

    def button(self, name: str) -> BaseControl:
        """The button with this text or tooltip."""
        kinds = (ft.FilledButton, ft.OutlinedButton, ft.TextButton, ft.IconButton, ft.ListTile, ft.PopupMenuItem)
        named = [each for kind in kinds for each in self.all(kind) if name in _names(each)]
        assert len(named) == 1, f"{len(named)} buttons named {name!r}"
        return named[0]

    def field(self, label: str) -> ft.TextField:
        """The field with this label."""
        return next(field for field in self.all(ft.TextField) if field.label == label)

    async def press(self, name: str) -> None:
        """Press a button, which must not be disabled."""
        button = self.button(name)
        assert not button.disabled, f"{name!r} is disabled"
        await self.event(button, "click")

    async def type(self, label: str, text: str) -> None:
        """Type into a field, in place of what stood there."""
        field = self.field(label)
        self.session.apply_patch(field._i, {"value": text})
        await self.event(field, "change", text)

    async def event(self, control: BaseControl, name: str, data: Any = None) -> None:
        """Send what the client sends when something happens to a control; waits for its handler."""
        await self.session.dispatch_event(control._i, name, data)
        await self.settle()

    async def open_channel(self, image: ft.RawImage, number: int = 7) -> Channel:
        """Let the client open the image's channel, as it does once the image is drawn."""
        await self.event(image, "data_channel_open", {"channel_name": "frames", "channel_id": number})
        return self.wire.channels[number]

    def _walk(self, node: Any, seen: set[int]) -> Iterator[BaseControl]:
        if isinstance(node, BaseControl):
            if id(node) in seen or getattr(node, "visible", True) is False:
                return
            seen.add(id(node))
            yield node
            fields = (f.name for f in dataclasses.fields(node) if not f.metadata.get("skip"))
            node = [getattr(node, name, None) for name in fields if name != "_parent"]
        if isinstance(node, dict):
            node = list(node.values())
        if isinstance(node, list | tuple):
            for child in node:
                yield from self._walk(child, seen)


def _names(control: Any) -> set[str]:
    parts = (getattr(control, name, None) for name in ("content", "title", "tooltip"))
    return {part.value if isinstance(part, ft.Text) else part for part in parts if isinstance(part, str | ft.Text)}

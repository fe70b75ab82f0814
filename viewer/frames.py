"""Decoded frames on demand: the one in view at once, its neighbours ahead of time, memory bounded."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Condition, Thread
from typing import Self

from viewer.errors import ServerClosed, ViewerError
from viewer.frame import Frame
from viewer.pixels import Source, open_source

DEFAULT_CACHE = 512 << 20
# Both neighbours first, whichever way the wheel turns next.
NEAR = 2


@dataclass(frozen=True, slots=True)
class FrameReference:
    """A frame by the caller's name of its instance and its 0-based number."""

    instance: int
    frame: int = 0


class FrameServer:
    """Frames of one series by index.

    `read` gives the bytes of an instance by name and may be called from a worker thread. Decoded frames are
    kept, least recently used dropped first, within `cache_bytes`; beside them at most one multi-frame instance
    is kept open. A frame that fails fails alone, each time it is asked for; what `read` raises is not kept.
    """

    def __init__(
        self,
        instances: Sequence[FrameReference],
        read: Callable[[int], bytes],
        cache_bytes: int = DEFAULT_CACHE,
        *,
        prefetch: bool = True,
    ) -> None:
        self._references = tuple(instances)
        self._read = read
        self._limit = cache_bytes
        self._frames: OrderedDict[int, Frame] = OrderedDict()
        self._errors: dict[int, ViewerError] = {}
        self._bytes = 0
        self._largest = 0
        self._busy: set[int] = set()
        self._ahead: list[int] = []
        self._position: int | None = None
        self._open: tuple[int, Source] | None = None
        self._closed = False
        self._changed = Condition()
        self._worker = Thread(target=self._work, name="frames", daemon=True)
        if prefetch:
            self._worker.start()

    def __len__(self) -> int:
        return len(self._references)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def get(self, index: int) -> Frame:
        """The frame at an index, decoded here and now unless it is known; raises its ViewerError."""
        if not 0 <= index < len(self._references):
            raise IndexError(index)
        with self._changed:
            self._steer(index)
            self._changed.wait_for(lambda: self._closed or index not in self._busy)
            self._check_open()
            if index in self._errors:
                raise self._errors[index].with_traceback(None)
            if index in self._frames:
                self._frames.move_to_end(index)
                return self._frames[index]
            self._busy.add(index)
        return self._load(index)

    def known(self) -> frozenset[int]:
        """Indices that need no waiting: for a scroll bar that fills."""
        with self._changed:
            return frozenset(self._frames) | frozenset(self._errors)

    @property
    def nbytes(self) -> int:
        """Memory the decoded frames take, in bytes."""
        with self._changed:
            return self._bytes

    def close(self) -> None:
        """Forget everything and stop the worker; get() raises ServerClosed from now on."""
        with self._changed:
            self._closed = True
            self._ahead = []
            self._changed.notify_all()
        if self._worker.is_alive():
            self._worker.join()
        with self._changed:
            self._frames.clear()
            self._errors.clear()
            self._bytes, self._open = 0, None

    def _check_open(self) -> None:
        if self._closed:
            raise ServerClosed

    def _steer(self, index: int) -> None:
        """Plan what to decode next: what the last plan wanted and this one does not is given up."""
        forward = self._position is None or index >= self._position
        self._position = index
        self._ahead = self._plan(index, 1 if forward else -1)
        self._changed.notify_all()

    def _plan(self, index: int, step: int) -> list[int]:
        """Near neighbours on both sides, then on in the direction of travel."""
        near = [index + step * offset for distance in range(1, NEAR + 1) for offset in (distance, -distance)]
        far = range(index + step * (NEAR + 1), len(self._references) if step > 0 else -1, step)
        return [other for other in (*near, *far) if 0 <= other < len(self._references)]

    def _wanted(self) -> list[int]:
        """As much of the plan as fits beside the frame in view; until a size is known, only what is near."""
        room = max(self._limit // self._largest - 1, 0) if self._largest else 2 * NEAR
        return self._ahead[:room]

    def _work(self) -> None:
        while (index := self._next()) is not None:
            try:
                self._load(index)
            except Exception:  # noqa: BLE001  # whoever asks for this very frame is told
                self._give_up(index)

    def _give_up(self, index: int) -> None:
        """Leave a frame that could not be had out of this plan, or the worker would ask for it for ever."""
        with self._changed:
            self._ahead = [other for other in self._ahead if other != index]

    def _next(self) -> int | None:
        """The next index to decode ahead of time; waits for one, None when closed."""
        with self._changed:
            while not self._closed:
                for index in self._wanted():
                    if index not in self._frames and index not in self._errors and index not in self._busy:
                        self._busy.add(index)
                        return index
                self._changed.wait()
            return None

    def _load(self, index: int) -> Frame:
        """Decode and keep a frame already marked busy."""
        try:
            frame = self._decode(self._references[index])
        except ViewerError as error:
            self._finish(index, error)
            raise
        except BaseException:
            self._finish(index, None)
            raise
        self._finish(index, frame)
        return frame

    def _finish(self, index: int, result: Frame | ViewerError | None) -> None:
        with self._changed:
            self._busy.discard(index)
            if isinstance(result, Frame) and not self._closed:
                self._keep(index, result)
            elif isinstance(result, ViewerError):
                self._errors[index] = result
            self._changed.notify_all()

    def _keep(self, index: int, frame: Frame) -> None:
        self._frames[index] = frame
        self._bytes += frame.nbytes
        self._largest = max(self._largest, frame.nbytes)
        while self._bytes > self._limit and self._frames:
            self._bytes -= self._frames.pop(self._victim()).nbytes

    def _victim(self) -> int:
        """The least recently used frame that nobody is about to want; if all are wanted, the least recently used."""
        wanted = {self._position, *self._wanted()}
        return next((index for index in self._frames if index not in wanted), next(iter(self._frames)))

    def _decode(self, reference: FrameReference) -> Frame:
        known = self._open
        if known is not None and known[0] == reference.instance:
            return known[1].frame(reference.frame)
        source = open_source(self._read(reference.instance))
        if source.image.frames > 1:
            self._open = (reference.instance, source)
        return source.frame(reference.frame)

"""A series that was never in any scanner: each picture is known exactly, and one of them is damaged."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from viewer import Viewport


@dataclass(frozen=True)
class FakePreset:
    label: str
    center: float
    width: float


@dataclass
class FakePictures:
    """A bright disc on stripes; what was asked for is kept in `asked`, what was given in `given`."""

    title: str = "MRI of the head, slices seen from the feet"
    patient: str = "Anna Example · born 3 May 1957"
    exam_date: str = "12 March 2024"
    count: int = 60
    presets: tuple[FakePreset, ...] = (FakePreset("Brain", 40, 80), FakePreset("Bone", 350, 2000))
    default_window: tuple[float, float] | None = (500.0, 1000.0)
    damaged: frozenset[int] = frozenset({7})
    asked: list[tuple[int, Viewport]] = field(default_factory=list)
    given: list[NDArray[np.uint8]] = field(default_factory=list)

    def picture(self, index: int, viewport: Viewport) -> NDArray[np.uint8]:
        self.asked.append((index, viewport))
        if index in self.damaged:
            raise ValueError("damaged")
        grey = self._windowed(self._values(index, viewport), viewport)
        self.given.append(255 - grey if viewport.invert else grey)
        return self.given[-1]

    def _values(self, index: int, viewport: Viewport) -> NDArray[np.float64]:
        down, right = np.mgrid[0 : viewport.height, 0 : viewport.width].astype(float)
        down = (down - viewport.height / 2 - viewport.pan[1]) / viewport.zoom
        right = (right - viewport.width / 2 - viewport.pan[0]) / viewport.zoom
        stripes = 90 * ((right // 7 + down // 5 + index) % 9)
        return np.where(np.hypot(right, down) < 180, 1000 - 3 * np.hypot(right, down), stripes)

    def _windowed(self, values: NDArray[np.float64], viewport: Viewport) -> NDArray[np.uint8]:
        window = viewport.window
        center, width = (window.center, window.width) if window else self.default_window or (500, 1000)
        return np.clip(((values - center) / width + 0.5) * 255, 0, 255).astype(np.uint8)

"""Writing one picture as PNG, full resolution, exactly as the display pipeline gives it."""

from dataclasses import dataclass
from pathlib import Path

from app.errors import BadWindow, NoSuchSlice, SourceForbidden, SourceUnreadable
from app.services.open_series import open_series
from app.services.unlock import Record
from viewer import Frame, Window, decode, default_window, display
from viewer.dicom import read_header
from viewer.encode import png
from viewer.errors import InvalidWindow, NoPixels

_COMPRESSION = 6


@dataclass(frozen=True, slots=True)
class Rendered:
    """A picture as PNG bytes; `number` of `count`, counted from 1; no window for colour."""

    png: bytes
    width: int
    height: int
    number: int
    count: int
    window: Window | None


def parse_window(text: str | None) -> Window | None:
    """Return the window that `CENTER/WIDTH` describes; raises BadWindow."""
    if text is None:
        return None
    center, _, width = text.partition("/")
    try:
        if float(width) < 1:  # a width below 1 has no meaning, PS3.3 C.11.2.1.2.1
            raise BadWindow(text)
        return Window(float(center), float(width))
    except (ValueError, InvalidWindow) as error:
        raise BadWindow(text) from error


def render_file(path: Path, number: int | None, window: Window | None) -> Rendered:
    """Render frame `number` (default 1) of a DICOM file; raises SourceError, NoSuchSlice, ViewerError."""
    try:
        data = path.read_bytes()
    except PermissionError as error:
        raise SourceForbidden(path) from error
    except OSError as error:
        raise SourceUnreadable(path) from error
    header = read_header(data)
    if header.image is None:
        raise NoPixels(header.sop_class_uid)
    number = _checked(number, header.image.frames)
    return _rendered(decode(data, number - 1), number, header.image.frames, window)


def render_series(record: Record, series_id: str, number: int | None, window: Window | None) -> Rendered:
    """Render slice `number` (default 1) of a series in the order of the body; raises NotFound, ViewerError."""
    opened = open_series(record, series_id)
    try:
        number = _checked(number, opened.count)
        return _rendered(opened.frame(number - 1), number, opened.count, window)
    finally:
        opened.close()


def _checked(number: int | None, count: int) -> int:
    number = 1 if number is None else number
    if not 1 <= number <= count:
        raise NoSuchSlice(number, count)
    return number


def _rendered(frame: Frame, number: int, count: int, window: Window | None) -> Rendered:
    picture = display(frame, window)
    shown = None if frame.is_color else window or default_window(frame)
    return Rendered(png(picture, _COMPRESSION), frame.columns, frame.rows, number, count, shown)

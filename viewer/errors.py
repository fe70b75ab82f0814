"""What can go wrong between a file's bytes and its picture, each error with the values it was raised on.

ViewerError
├── FileError                 the data set itself
│   ├── NotDicom              nothing in it reads as DICOM
│   ├── TruncatedFile         it ends in the middle of an element
│   ├── DamagedFile           it contradicts itself
│   ├── OversizedFile         it would unpack to more than we allow
│   └── NoDocument            it carries no document and no report
├── PixelError                the data set is readable, its picture is not
│   ├── NoPixels              it holds no picture at all
│   ├── NoSuchFrame           it holds fewer frames than asked for
│   ├── UnsupportedSyntax     packed in a way we have no decoder for
│   ├── UnsupportedPixels     a layout the standard allows and we do not show
│   ├── OversizedImage        more pixels than we allow
│   ├── IncompleteImage       part of the frame is missing
│   ├── ContradictoryImage    the packed frame is not the one the header describes
│   └── DecoderFault          the decoder gave up
├── InvalidWindow             a brightness window that has no meaning
├── InvalidViewport           a view without area
└── ServerClosed              a frame was asked for after the frame server had gone
"""


class ViewerError(Exception):
    """Everything this room raises."""


class FileError(ViewerError):
    """The data set cannot be read."""


class NotDicom(FileError):
    """Nothing in the data reads as a DICOM data set; size in bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


class TruncatedFile(FileError):
    """The data end inside an element: bytes the file must have, bytes it has."""

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(expected, found)
        self.expected = expected
        self.found = found


class DamagedFile(FileError):
    """The data set contradicts itself; cause names the fault, never its text (it may quote a value)."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class OversizedFile(FileError):
    """Unpacked, the data would be larger than the limit in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class NoDocument(FileError):
    """The object carries nothing of the kind asked for: a document, a report, a dose."""

    def __init__(self, sop_class_uid: str) -> None:
        super().__init__(sop_class_uid)
        self.sop_class_uid = sop_class_uid


class PixelError(ViewerError):
    """The data set is readable, its picture is not."""


class NoPixels(PixelError):
    """The object holds no picture: a report, a plan, a presentation state."""

    def __init__(self, sop_class_uid: str) -> None:
        super().__init__(sop_class_uid)
        self.sop_class_uid = sop_class_uid


class NoSuchFrame(PixelError):
    """Frame index asked for (0-based), number of frames the header names."""

    def __init__(self, frame: int, frames: int) -> None:
        super().__init__(frame, frames)
        self.frame = frame
        self.frames = frames


class UnsupportedSyntax(PixelError):
    """No decoder for this transfer syntax; its name in the standard's words, or the UID again."""

    def __init__(self, uid: str, name: str) -> None:
        super().__init__(uid, name)
        self.uid = uid
        self.name = name


class UnsupportedPixels(PixelError):
    """A pixel layout we do not show: the attribute and its value."""

    def __init__(self, attribute: str, value: str | int) -> None:
        super().__init__(attribute, value)
        self.attribute = attribute
        self.value = value


class OversizedImage(PixelError):
    """Pixels or bytes the header asks for, the limit."""

    def __init__(self, found: int, limit: int) -> None:
        super().__init__(found, limit)
        self.found = found
        self.limit = limit


class IncompleteImage(PixelError):
    """Part of the frame is missing: bytes expected (0: unknown, no end marker), bytes present."""

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(expected, found)
        self.expected = expected
        self.found = found


class ContradictoryImage(PixelError):
    """The packed frame differs from the header: what of it, the header's value, the frame's own."""

    def __init__(self, attribute: str, header: int, found: int) -> None:
        super().__init__(attribute, header, found)
        self.attribute = attribute
        self.header = header
        self.found = found


class DecoderFault(PixelError):
    """The decoder of this transfer syntax gave up; cause is the name of the fault it raised."""

    def __init__(self, uid: str, cause: str) -> None:
        super().__init__(uid, cause)
        self.uid = uid
        self.cause = cause


class InvalidWindow(ViewerError):
    """Centre and width that describe no window (PS3.3 C.11.2.1.2)."""

    def __init__(self, center: float, width: float) -> None:
        super().__init__(center, width)
        self.center = center
        self.width = width


class InvalidViewport(ViewerError):
    """Width, height and zoom that describe no view."""

    def __init__(self, width: int, height: int, zoom: float) -> None:
        super().__init__(width, height, zoom)
        self.width = width
        self.height = height
        self.zoom = zoom


class ServerClosed(ViewerError):
    """A frame was asked for after the frame server had been closed."""

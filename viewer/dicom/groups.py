"""Functional groups: a frame's own value, else the shared one, else the object's (PS3.3 C.7.6.16)."""

from viewer.dicom.elements import Elements


class Groups:
    """The functional groups of one object; a classic single-frame object has none and answers with itself."""

    __slots__ = ("_frames", "_shared", "_top")

    def __init__(self, top: Elements) -> None:
        self._top = top
        self._shared = top.item("SharedFunctionalGroupsSequence")
        self._frames = top.items("PerFrameFunctionalGroupsSequence")

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def enhanced(self) -> bool:
        """The object describes its frames in functional groups."""
        return self._shared is not None or bool(self._frames)

    def find(self, frame: int, macro: str) -> Elements:
        """The elements of a functional group macro for a frame (0-based)."""
        own = self._frames[frame].item(macro) if frame < len(self._frames) else None
        if own is None and self._shared is not None:
            own = self._shared.item(macro)
        return own if own is not None else self._top

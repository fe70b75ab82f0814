"""What is noted of a way in, for the people who hold one: its name and the day it was made (FORMAT.md §4.1)."""

import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

from vault.errors import BadLabel
from vault.format.prefix import Malformed

LABEL_SIZE = 120
_NOTE = struct.Struct(f">Q{LABEL_SIZE}s")
_END_OF_DATES = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())


@dataclass(frozen=True, slots=True)
class Note:
    """A name, which may be personal, and a moment with its time zone; None where nobody said."""

    label: str = field(default="", repr=False)
    made: datetime | None = None

    def __post_init__(self) -> None:
        if len(self.label.encode("utf-8", "replace")) > LABEL_SIZE or not self.label.isprintable():
            raise BadLabel(LABEL_SIZE)

    def encode(self) -> bytes:
        """Always as many bytes, so that the sealed form does not tell the name's length."""
        seconds = max(int(self.made.timestamp()), 0) if self.made else 0
        return _NOTE.pack(seconds, self.label.encode("utf-8"))

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """The reverse of `encode`, to the second, in UTC."""
        try:
            seconds, text = _NOTE.unpack(data)
            made = datetime.fromtimestamp(seconds, UTC) if 0 < seconds < _END_OF_DATES else None
            return cls(text.rstrip(b"\0").decode("utf-8"), made)
        except (struct.error, UnicodeDecodeError, BadLabel):
            raise Malformed("note") from None

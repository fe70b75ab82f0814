"""What can be wrong with a container or with one member of it.

ContainerError             each class has a `reason`: the code that the account shows in words
├── MemberError            one member; the others are read
│   ├── MemberDamaged      does not unpack, or its checksum differs
│   ├── MemberCut          ends before its declared size
│   ├── MemberGrows        unpacks to more than its declared size
│   ├── MemberLocked       encrypted, and no password fits
│   └── PackingUnknown     a method that is not known here
├── TooLarge               all members together unpack to more than there is room for
├── TooManyEntries         more entries than a load may have
├── NestedTooDeep          a container in a container in a container
├── NotAContainer          nothing in it can be found
├── InParts                one part of an archive that was split over several files
├── PureUdf                a disc image with a file system that only a mount reads
└── RawSectors             a disc image of raw sectors: audio, or a copy with error correction
"""

from app.errors import ContainerError


class MemberError(ContainerError):
    """Something is wrong with one member; the others are read."""


class MemberDamaged(MemberError):
    """It does not unpack, or its checksum differs."""

    reason = "member_damaged"


class MemberCut(MemberError):
    """It ends before its declared size."""

    reason = "member_cut"


class MemberGrows(MemberError):
    """It unpacks to more than its declared size."""

    reason = "member_grows"


class MemberLocked(MemberError):
    """It is encrypted, and no password fits."""

    reason = "locked"


class PackingUnknown(MemberError):
    """It is packed or encrypted by a method that is not known here."""

    reason = "packing_unknown"


class TooLarge(ContainerError):
    """All members together unpack to more than there is room for."""

    reason = "container_too_large"


class TooManyEntries(ContainerError):
    """It lists more entries than a load may have."""

    reason = "too_many_entries"


class NestedTooDeep(ContainerError):
    """A container in a container in a container."""

    reason = "nested_too_deep"


class NotAContainer(ContainerError):
    """Nothing in it can be found."""

    reason = "container_damaged"


class InParts(ContainerError):
    """One part of an archive that was split over several files."""

    reason = "archive_in_parts"


class PureUdf(ContainerError):
    """A disc image with a file system that only a mount reads."""

    reason = "pure_udf"


class RawSectors(ContainerError):
    """A disc image of raw sectors of 2352 bytes."""

    reason = "raw_sectors"

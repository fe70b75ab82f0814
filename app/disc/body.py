"""The data set of a Part 10 file without its file meta information: what stays when a disc is written again."""

_GROUP_LENGTH = b"\x02\x00\x00\x00UL\x04\x00"  # (0002,0000), explicit little endian always: PS3.10 7.1


def body_of(data: bytes) -> memoryview:
    """Return the bytes behind group 2, or everything where no group length says where it ends."""
    view = memoryview(data)
    if data[128:132] != b"DICM" or data[132:140] != _GROUP_LENGTH:
        return view
    return view[144 + int.from_bytes(data[140:144], "little") :]

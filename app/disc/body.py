"""The data set of a file without its file meta information: what stays when a disc is written again."""

from viewer.dicom import read_meta
from viewer.errors import FileError


def body_of(data: bytes) -> memoryview:
    """Return the bytes behind group 2, or everything where no data set can be told from what stands before it."""
    try:
        _, start = read_meta(data)
    except FileError:
        start = 0
    return memoryview(data)[start:]

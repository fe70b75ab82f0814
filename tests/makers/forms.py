"""Every form in which one image lies on a disc, by name: the same pixels, wrapped rightly and wrongly."""

from collections.abc import Callable

from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from makers import files
from makers.files import data_set, image

Maker = Callable[[], bytes]

# Stored, and shown.
SOUND: dict[str, Maker] = {
    "no extension, any name": image,
    "raw implicit": lambda: files.raw(data_set()),
    "raw explicit": lambda: files.raw(data_set(), implicit=False),
    "raw explicit big endian": lambda: files.raw_big_endian(data_set()),
    "big endian": lambda: files.big_endian(data_set()),
    "preamble without prefix": lambda: files.without_prefix(image()),
    "preamble with a blank prefix": lambda: files.blank_prefix(image()),
    "prefix without preamble": lambda: image()[128:],
    "meta without preamble": lambda: files.without_preamble(image()),
    "junk before the prefix": lambda: files.junk_before(image()),
    "junk before a short file": lambda: files.junk_before(image()[128:]),
    "no transfer syntax": lambda: files.without_syntax(image()),
    "declared explicit, is implicit": lambda: files.declared(files.implicit(data_set()), ExplicitVRLittleEndian),
    "declared implicit, is explicit": lambda: files.declared(image(), ImplicitVRLittleEndian),
    "big-endian pixels of one maker": lambda: files.ge_private(data_set()),
    "deflated": lambda: files.deflated(data_set()),
    "padded with zeros": lambda: files.padded(image(), 0x00),
    "padded with 0xFF": lambda: files.padded(image(), 0xFF),
    "under a program's preamble": lambda: files.preamble(image(), b"MZ\x90\0\3\0\0\0"),
    "under a TIFF's preamble": lambda: files.preamble(image(), b"II*\0\x08\0\0\0"),
    "before DICOM": lambda: files.acr_nema(data_set()),
}
# Stored; whether they are shown is a question of decoders.
UNSHOWN: dict[str, Maker] = {
    "unknown private syntax": lambda: files.unknown_private(data_set()),
    "packed in a syntax without a decoder": lambda: files.compressed(data_set()),
}
# Stored as far as they go, and marked.
CUT: dict[str, Maker] = {
    "pixels cut short": lambda: files.truncated_pixels(image()),
    "fragment cut short": lambda: files.truncated_fragment(files.compressed(data_set())),
    "fragments without an end": lambda: files.truncated_end(files.compressed(data_set())),
    "cut before the pixels": lambda: files.truncated_before_pixels(image()),
}
# Put aside: nothing of them can be told.
BROKEN: dict[str, Maker] = {
    "header cut short": lambda: files.truncated_header(image()),
    "header cut short, raw": lambda: files.truncated_header(files.raw(data_set())),
    "nested without end": lambda: files.nested(data_set()),
    "deflated and cut short": lambda: files.deflated(data_set())[:-900],
}

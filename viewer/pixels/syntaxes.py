"""Which decoder serves which transfer syntax, and why."""

from enum import Enum

from pydicom import uid

from viewer.dicom.dataset import GE_BIG_ENDIAN_PIXELS
from viewer.errors import UnsupportedSyntax


class Decoder(Enum):
    """The ways a frame is unpacked."""

    NATIVE = "native"
    DEFLATE = "deflate"
    RLE = "pylibjpeg-rle"
    JPEG = "pylibjpeg-libjpeg"
    JPEG2000 = "pylibjpeg-openjpeg"


STANDARD = "1.2.840.10008."  # the root of all UIDs of the standard itself (PS3.6 A)
# Deflated Image Frame Compression, PS3.5 A.4.14: each frame by itself is a deflate stream.
DEFLATED_FRAMES = "1.2.840.10008.1.2.8.1"

TABLE: dict[str, Decoder] = {
    # Plain words in memory: an array view costs nothing, and no plug-in can be wrong about it.
    uid.ImplicitVRLittleEndian: Decoder.NATIVE,
    uid.ExplicitVRLittleEndian: Decoder.NATIVE,
    uid.ExplicitVRBigEndian: Decoder.NATIVE,
    uid.DeflatedExplicitVRLittleEndian: Decoder.NATIVE,
    GE_BIG_ENDIAN_PIXELS: Decoder.NATIVE,
    # The standard library's zlib, with a limit.
    DEFLATED_FRAMES: Decoder.DEFLATE,
    # Compiled, thirty times as fast as decoding in Python.
    uid.RLELossless: Decoder.RLE,
    # libjpeg reads every JPEG process including lossless, 12 bits and JPEG-LS, and outlives hostile streams.
    uid.JPEGBaseline8Bit: Decoder.JPEG,
    uid.JPEGExtended12Bit: Decoder.JPEG,
    uid.JPEGLossless: Decoder.JPEG,
    uid.JPEGLosslessSV1: Decoder.JPEG,
    uid.JPEGLSLossless: Decoder.JPEG,
    uid.JPEGLSNearLossless: Decoder.JPEG,
    # OpenJPEG is exact for JPEG 2000 and for its high-throughput form.
    uid.JPEG2000Lossless: Decoder.JPEG2000,
    uid.JPEG2000: Decoder.JPEG2000,
    uid.HTJ2KLossless: Decoder.JPEG2000,
    uid.HTJ2KLosslessRPCL: Decoder.JPEG2000,
    uid.HTJ2K: Decoder.JPEG2000,
}


def decoder_for(syntax: str, *, packed: bool = True) -> Decoder:
    """The decoder of a transfer syntax; raises UnsupportedSyntax.

    Pixels that are not packed need none, but what a private syntax makes of them nobody can know.
    """
    if not packed and syntax.startswith(STANDARD):
        return Decoder.NATIVE
    try:
        return TABLE[syntax]
    except KeyError:
        raise UnsupportedSyntax(syntax, uid.UID(syntax).name) from None

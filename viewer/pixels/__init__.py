"""Pixel data of every transfer syntax we can read, one frame at a time."""

from viewer.pixels.decode import Source, decode, open_source
from viewer.pixels.syntaxes import TABLE, Decoder, decoder_for

__all__ = ["TABLE", "Decoder", "Source", "decode", "decoder_for", "open_source"]

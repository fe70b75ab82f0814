"""Disc images, right and wrong: our own small ISO 9660 writer, which may lie, and a known one for every dialect."""

import io
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from pycdlib import PyCdlib

SECTOR = 2048
Files = Mapping[str, bytes]


def known(files: Files, *, joliet: bool = False, rock_ridge: str = "", udf: bool = False, plain: bool = True) -> bytes:
    """An image by an independent writer: level 1, and Joliet, Rock Ridge or a UDF bridge beside it.

    Names are given to all dialects alike and so must be of level 1, or `plain` is False: then ISO 9660 gets numbers.
    """
    image = PyCdlib()
    extra = ({"joliet": 3} if joliet else {}) | ({"rock_ridge": rock_ridge} if rock_ridge else {})
    image.new(**extra, **({"udf": "2.60"} if udf else {}))
    short: dict[str, str] = {"": ""}

    def named(path: str, folder: bool) -> dict[str, str]:
        parent, _, name = path.rpartition("/")
        code = name if plain else f"N{len(short):07d}"
        short[path] = f"{short[parent]}/{code}"
        ending = "" if folder else ".;1"
        return (
            {"iso_path": short[path] + ending}
            | ({"joliet_path": "/" + path} if joliet else {})
            | ({"rr_name": name} if rock_ridge else {})
            | ({"udf_path": "/" + path} if udf else {})
        )

    for folder in folders(files):
        image.add_directory(**named(folder, folder=True))
    for path, data in files.items():
        image.add_fp(io.BytesIO(data), len(data), **named(path, folder=False))
    out = io.BytesIO()
    image.write_fp(out)
    image.close()
    return out.getvalue()


def folders(files: Files) -> list[str]:
    """Every folder above some file, parents first."""
    found = {path.rsplit("/", depth)[0] for path in files for depth in range(1, path.count("/") + 1)}
    return sorted(found)


# --- our own ---


@dataclass
class Record:
    """One record of a folder, as it will stand there."""

    name: bytes
    extent: int
    size: int
    flags: int = 0
    use: bytes = b""
    unit: int = 0
    gap: int = 0

    def encoded(self) -> bytes:
        """The record (ECMA-119 9.1)."""
        pad = b"" if len(self.name) % 2 else b"\0"
        both = struct.pack("<I", self.extent) + struct.pack(">I", self.extent)
        sizes = struct.pack("<I", self.size) + struct.pack(">I", self.size)
        body = both + sizes + bytes(7) + bytes([self.flags, self.unit, self.gap]) + b"\1\0\0\1"
        body += bytes([len(self.name)]) + self.name + pad + self.use
        return bytes([len(body) + 2, 0]) + body


@dataclass
class Writer:
    """Writes one session behind the other; `data` is the image so far."""

    data: bytearray = field(default_factory=bytearray)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)

    def session(self, files: Files, *, old: Mapping[str, tuple[int, int]] | None = None, joliet: bool = False) -> int:
        """Add a session with new files, and with old ones where they already lie; return its first sector."""
        start = len(self.data) // SECTOR
        self.data += bytes(16 * SECTOR)
        descriptors = len(self.data)
        self.data += bytes((2 + joliet) * SECTOR)
        listed = dict(old or {})
        for path, content in files.items():
            listed[path] = (self.append(content), len(content))
        self.places.update(listed)
        roots = [self._tree(listed, "", None, wide=wide) for wide in (False, True)[: 1 + joliet]]
        for number, root in enumerate(roots):
            self.put(descriptors + number * SECTOR, descriptor(root, len(self.data) // SECTOR, joliet=bool(number)))
        self.put(descriptors + len(roots) * SECTOR, b"\xffCD001\1")
        return start

    def append(self, content: bytes) -> int:
        """Add some bytes at the next free sector, and return that."""
        at = len(self.data) // SECTOR
        self.data += content + bytes(-len(content) % SECTOR)
        return at

    def put(self, at: int, content: bytes) -> None:
        """Write over what stands there."""
        self.data[at : at + len(content)] = content

    def folder(self, records: list[Record], parent: Record | None, use: bytes = b"") -> Record:
        """Add a folder of these records, and return the record that leads to it."""
        at = len(self.data) // SECTOR
        size = _padded(sum(len(record.encoded()) for record in records) + 100)
        own = Record(b"\0", at, size, 2, use)
        block = bytearray()
        for record in (own, Record(b"\1", (parent or own).extent, (parent or own).size, 2), *records):
            encoded = record.encoded()
            if len(block) % SECTOR + len(encoded) > SECTOR:
                block += bytes(-len(block) % SECTOR)
            block += encoded
        own.size = _padded(len(block))
        block[10:18] = struct.pack("<I", own.size) + struct.pack(">I", own.size)
        assert self.append(bytes(block)) == at
        return own

    def _tree(self, listed: Mapping[str, tuple[int, int]], prefix: str, parent: Record | None, *, wide: bool) -> Record:
        below = {path[len(prefix) :]: place for path, place in listed.items() if path.startswith(prefix)}
        records = []
        for name in sorted({path.split("/")[0] for path in below}):
            if name in below:
                records.append(Record(_coded(name, wide=wide, folder=False), *below[name]))
            else:
                inner = self._tree(listed, f"{prefix}{name}/", parent, wide=wide)
                records.append(Record(_coded(name, wide=wide, folder=True), inner.extent, inner.size, 2))
        return self.folder(records, parent)


def descriptor(root: Record, blocks: int, *, joliet: bool = False) -> bytes:
    """A volume descriptor (ECMA-119 8.4, 8.5)."""
    sector = bytearray(SECTOR)
    sector[:7] = bytes([2 if joliet else 1]) + b"CD001\1"
    sector[80:88] = struct.pack("<I", blocks) + struct.pack(">I", blocks)
    sector[88:91] = b"%/E" if joliet else b"\0\0\0"
    sector[128:132] = struct.pack("<H", SECTOR) + struct.pack(">H", SECTOR)
    sector[156:190] = Record(b"\0", root.extent, root.size, 2).encoded()
    return bytes(sector)


def simple(files: Files, *, joliet: bool = False) -> bytes:
    """An image of one session."""
    writer = Writer()
    writer.session(files, joliet=joliet)
    return bytes(writer.data)


def of_records(records: list[Record], *, content: bytes = b"", root_use: bytes = b"") -> bytes:
    """An image whose root holds just these records; `content` lies at sector 18. The root lies behind it."""
    writer = Writer(bytearray(18 * SECTOR))
    writer.append(content)
    root = writer.folder(records, None, root_use)
    writer.put(16 * SECTOR, descriptor(root, len(writer.data) // SECTOR))
    writer.put(17 * SECTOR, b"\xffCD001\1")
    return bytes(writer.data)


def raw_sectors(image: bytes, mode: int = 1) -> bytes:
    """The same disc as a drive sees it: 2352 bytes a sector, with sync, header and room for error correction."""
    head = b"\0" + b"\xff" * 10 + b"\0" + b"\0\2\0" + bytes([mode]) + bytes(8 if mode == 2 else 0)
    sectors = (image[at : at + SECTOR] for at in range(0, len(image), SECTOR))
    return b"".join((head + sector.ljust(SECTOR, b"\0")).ljust(2352, b"\0") for sector in sectors)


def udf_alone(bridge: bytes) -> bytes:
    """A UDF bridge without its ISO 9660 side: the recognition sequence begins with UDF's own (ECMA-167 2/9)."""
    image = bytearray(bridge)
    sequence = [bridge[at * SECTOR : (at + 1) * SECTOR] for at in range(16, 32)]
    own = [sector for sector in sequence if sector[1:6] in (b"BEA01", b"NSR02", b"NSR03", b"TEA01")]
    image[16 * SECTOR : 32 * SECTOR] = b"".join(own).ljust(16 * SECTOR, b"\0")
    return bytes(image)


def virtual_udf(files: Files) -> bytes:
    """A UDF volume as packet writing leaves it: its blocks are moved about by a table that we do not read."""
    image = bytearray(udf_alone(known(files, udf=True)))
    for at in udf_descriptors(bytes(image), 6):
        image[at + 440] = 2
    return bytes(image)


def udf_descriptors(image: bytes, tag: int) -> list[int]:
    """The places of all descriptors of one kind."""
    heads = ((at, image[at : at + 16]) for at in range(0, len(image), SECTOR))
    return [at for at, head in heads if head[0] == tag & 0xFF and head[1] == tag >> 8 and head[2] in (2, 3)]


def susp(sign: bytes, body: bytes) -> bytes:
    """One field of a system use area (SUSP 4.1)."""
    return sign + bytes([4 + len(body), 1]) + body


ROCK_RIDGE = susp(b"SP", b"\xbe\xef\0")


def _coded(name: str, *, wide: bool, folder: bool) -> bytes:
    return name.encode("utf-16-be") if wide else name.encode() + (b"" if folder else b";1")


def _padded(size: int) -> int:
    return -(-size // SECTOR) * SECTOR

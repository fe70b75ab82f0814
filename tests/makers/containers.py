"""What discs come packed in: tar and gzip, archives in archives, and the worst cases of each."""

import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Callable, Mapping

from makers import files, index
from makers.zip_writer import Part, archive

Files = Mapping[str, bytes]
Packer = Callable[[bytes], bytes]


def disc_files(seed: int = 1) -> dict[str, bytes]:
    """The files of a small conformant disc, by path; every name fits every dialect of disc images."""
    images = {
        f"DICOM/ST000001/SE{series:06d}/IM{number:06d}": files.image(number, seed=seed, series=series)
        for series in (1, 2)
        for number in (1, 2)
    }
    return {"DICOMDIR": index.dicomdir(images), **images}


def tar(contents: Files, form: int = tarfile.PAX_FORMAT) -> bytes:
    """A right tar in one of the three forms."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as packed:
        for name, data in contents.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            packed.addfile(info, io.BytesIO(data))
    return out.getvalue()


def tar_of(*infos: tarfile.TarInfo) -> bytes:
    """A tar of headers alone: links, devices."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as packed:
        for info in infos:
            packed.addfile(info)
    return out.getvalue()


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    """A link, a device or a pipe."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


PACKERS: dict[str, Packer] = {
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "bzip2": bz2.compress,
    "xz": lzma.compress,
}


def nested(depth: int, innermost: Files) -> bytes:
    """A ZIP in a ZIP, so many deep: 1 is a plain one."""
    data = archive(Part(name, content) for name, content in innermost.items())
    for level in range(depth - 1):
        data = archive([Part(f"inner{level}.zip", data, 0 if level % 2 else 8)])
    return data


def air(rows: int = 512) -> bytes:
    """A CT slice of nothing but air, all pixels alike: it packs about a thousand to one, and is a real picture."""
    data = files.data_set(1)
    data.Rows = data.Columns = rows
    data.PixelData = (24).to_bytes(2, "little") * (rows * rows)
    return files.part10(data)


def zeros(size: int) -> bytes:
    """A raw deflate stream of so many zeros: one block that stands alone, again and again."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * (size >> 20) + packer.flush()


def bomb(size: int, declared: int | None = None) -> bytes:
    """A small ZIP of one member that unpacks to `size` zeros and says that it is `declared` bytes."""
    crc, block = 0, bytes(1 << 20)
    for _ in range(size >> 20):
        crc = zlib.crc32(block, crc)
    return archive([Part("IM1", packed=zeros(size), size=size if declared is None else declared, crc=crc)])

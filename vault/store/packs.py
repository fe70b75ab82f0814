"""Packs on disk: written once as a whole, then only read (FORMAT.md §5)."""

from collections.abc import Iterable
from concurrent.futures import Executor
from contextlib import suppress
from pathlib import Path

from vault.crypto import seal as sealing
from vault.crypto.seal import sealed_size
from vault.errors import Damaged, SealBroken, VaultError
from vault.format import pack as fmt
from vault.format.prefix import Malformed
from vault.keys.ring import ProfileKeys
from vault.store.behind import WrittenBehind, cut
from vault.store.disk import Disk
from vault.store.places import Places
from vault.values import Buffer


class PackWriter:
    """A pack in the making, in `tmp`; what is sealed is written by another thread meanwhile."""

    def __init__(self, disk: Disk, places: Places, pack: bytes, keys: ProfileKeys, workers: Executor) -> None:
        """`workers`: at least two threads, of which one may wait in `finish` for another."""
        self.id = pack
        self.profile = keys.profile
        self.keep = False
        self.covers = False
        self.entries: list[fmt.Entry] = []
        self.size = 0
        self._disk = disk
        self._draft = places.tmp / pack.hex()
        self._target = places.pack(pack)
        self._keys = keys
        self._file = disk.create(self._draft)
        self._out = WrittenBehind(self._file, workers)
        self._open = True
        self._append(fmt.head(pack))

    def add(self, pieces: Iterable[Buffer]) -> int:
        """Seal one object; its size as it is stored. To be listed, or the pack discarded."""
        one = self._keys.object(self.id, len(self.entries))
        encryptor = sealing.encryptor(one.key, one.context)
        size = 0
        for piece in cut(pieces):
            size += len(piece)
            self._out.seal(encryptor, piece)
        self._out.finalize(encryptor)
        self.size += sealed_size(size)
        return size

    def list(self, entry: fmt.Entry) -> None:
        """Enter the object just added into the trailer."""
        self.entries.append(entry)

    def flush(self) -> None:
        """Bring what is written so far onto the medium, so that `finish` has less to wait for."""
        self._file.sync()

    def finish(self) -> None:
        """Write the trailer and bring everything onto the medium; the pack is not published yet."""
        sealed = self._keys.trailer(self.id).seal(fmt.trailer(self.entries))
        trailer_at = self.size
        self._append(sealed)
        self._append(fmt.footer(trailer_at, len(sealed)))
        self._out.settle()
        self._file.sync()
        self._close()

    def publish(self) -> None:
        """Give the finished pack its place; the folder is still to be synced."""
        self._disk.rename(self._draft, self._target)
        self._draft = self._target

    def discard(self) -> None:
        """Remove the pack, published or not, unless it must be kept."""
        with suppress(VaultError):
            self._close()
        if not self.keep:
            with suppress(VaultError):  # what stays in tmp is swept at the next opening
                self._disk.remove(self._draft)

    def _append(self, data: Buffer) -> None:
        self._out.append(data)
        self.size += len(data)

    def _close(self) -> None:
        if self._open:
            self._open = False
            self._out.close()


def read_entries(disk: Disk, path: Path, pack: bytes, keys: ProfileKeys) -> tuple[fmt.Entry, ...]:
    """What the pack's trailer lists; checks every byte of the pack that is no object."""
    try:
        size = disk.size(path)
        number = fmt.check_head(pack, disk.read(path, 0, fmt.HEAD_SIZE))
        footer = disk.read(path, max(size - fmt.FOOTER_SIZE, 0), fmt.FOOTER_SIZE)
        at, length = fmt.read_footer(footer, size)
        listed = fmt.read_trailer(keys.trailer(pack).unseal(disk.read(path, at, length)), number)
    except Malformed as error:
        raise Damaged(path, str(error)) from None
    except SealBroken:
        raise Damaged(path, "trailer") from None
    if at != fmt.HEAD_SIZE + sum(sealed_size(entry.stored) for entry in listed):
        raise Damaged(path, "trailer")
    return listed

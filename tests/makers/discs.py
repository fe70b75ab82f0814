"""Whole discs in a few lines each: right ones, and one for each common way to be wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from makers import files, index
from makers.files import OTTO, TESSA, Who

Files = dict[str, bytes]


@dataclass(frozen=True)
class MadeDisc:
    """A folder, and the truth about it; paths are relative to the root, with slashes."""

    root: Path
    images: Files
    """Files that hold an image a loader must keep, whole or damaged."""
    others: dict[str, str] = field(default_factory=dict)
    """Every other file, by what it is: index, document, viewer, empty, text, broken."""
    missing: tuple[str, ...] = ()
    """What the index lists and the disc does not hold."""
    damaged: tuple[str, ...] = ()
    """Images of which pixels are missing."""
    people: tuple[Who, ...] = (TESSA,)

    @property
    def found(self) -> int:
        """How many files lie on the disc: each must stand once in an account."""
        return len(self.images) + len(self.others)

    @property
    def sha256(self) -> dict[str, str]:
        """The digest of each image, by path."""
        return {path: sha256(content).hexdigest() for path, content in self.images.items()}


def _write(root: Path, contents: Mapping[str, bytes]) -> None:
    for path, content in contents.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _named(count: int = 6, *, seed: int = 1, who: Who = TESSA, study: int = 1, start: int = 1) -> Files:
    """One study in two series, under names that conform (PS3.10 §8.2)."""
    return {
        f"DICOM/ST{study:06d}/SE{series:06d}/IM{number:06d}": files.image(
            number, seed=seed, who=who, study=study, series=series
        )
        for series in (1, 2)
        for number in range(start, start + count // 2)
    }


def plain(root: Path, seed: int = 1) -> MadeDisc:
    """A conformant disc: an index at the root that lists exactly what is there."""
    images = _named(seed=seed)
    _write(root, {**images, "DICOMDIR": index.dicomdir(images)})
    return MadeDisc(root, images, {"DICOMDIR": "index"})


def no_dicomdir(root: Path, seed: int = 1) -> MadeDisc:
    """Images without any index, with long names and blanks."""
    images = {f"Exam of March/Series {n % 2}/image {n:03d}.dcm": files.image(n, seed=seed) for n in range(1, 7)}
    _write(root, images)
    return MadeDisc(root, images)


def dicomdir_in_subfolder(root: Path, seed: int = 1) -> MadeDisc:
    """The whole disc was copied into a folder, and the folder was chosen's parent."""
    inner = _named(seed=seed)
    images = {f"My CD/{path}": content for path, content in inner.items()}
    _write(root, {**images, "My CD/DICOMDIR": index.dicomdir(inner)})
    return MadeDisc(root, images, {"My CD/DICOMDIR": "index"})


def duplicates(root: Path, seed: int = 1) -> MadeDisc:
    """Every image lies there twice, byte for byte, under another name."""
    once = _named(seed=seed)
    images = {**once, **{f"COPY/{number:03d}.dcm": content for number, content in enumerate(once.values())}}
    _write(root, {**images, "DICOMDIR": index.dicomdir(once)})
    return MadeDisc(root, images, {"DICOMDIR": "index"})


def truncated_pixels(root: Path, seed: int = 1) -> MadeDisc:
    """One image ends in the middle of its pixels."""
    images = _named(seed=seed)
    cut = next(iter(images))
    images[cut] = files.truncated_pixels(images[cut])
    _write(root, images)
    return MadeDisc(root, images, damaged=(cut,))


def truncated_header(root: Path, seed: int = 1) -> MadeDisc:
    """One file ends in the middle of its header: nothing of it can be shown."""
    images = _named(seed=seed)
    broken = {"DICOM/BROKEN": files.truncated_header(files.image(9, seed=seed))}
    _write(root, {**images, **broken})
    return MadeDisc(root, images, {"DICOM/BROKEN": "broken"})


def empty_file(root: Path, seed: int = 1) -> MadeDisc:
    """One file holds nothing at all."""
    images = _named(seed=seed)
    _write(root, {**images, "DICOM/IM000099": b""})
    return MadeDisc(root, images, {"DICOM/IM000099": "empty"})


def text_named_dcm(root: Path, seed: int = 1) -> MadeDisc:
    """A letter whose name says that it is an image."""
    images = _named(seed=seed)
    _write(root, {**images, "DICOM/letter.dcm": files.words()})
    return MadeDisc(root, images, {"DICOM/letter.dcm": "text"})


def odd_names(root: Path, seed: int = 1) -> MadeDisc:
    """Right images under every ending but the usual one."""
    names = ("noending", "I0000001", "1.2.3.45", "scan.IMA", "picture.jpg")
    images = {f"IMAGES/{name}": files.image(number, seed=seed) for number, name in enumerate(names, start=1)}
    _write(root, images)
    return MadeDisc(root, images)


def raw_data_sets(root: Path, seed: int = 1) -> MadeDisc:
    """Data sets without meta information: one implicit, one explicit."""
    images = {
        "OLD/implicit": files.raw(files.data_set(1, seed=seed)),
        "OLD/explicit": files.raw(files.data_set(2, seed=seed), implicit=False),
    }
    _write(root, images)
    return MadeDisc(root, images)


def jpeg_named_dcm(root: Path, seed: int = 1) -> MadeDisc:
    """A photograph whose name says that it is an image of a scanner."""
    images = _named(seed=seed)
    _write(root, {**images, "photo.dcm": files.jpeg()})
    return MadeDisc(root, images, {"photo.dcm": "document"})


def viewer_files(root: Path, seed: int = 1) -> MadeDisc:
    """A conformant disc full of what nobody needs."""
    images = _named(seed=seed)
    junk = {
        "AUTORUN.INF": b"[autorun]\r\nopen=VIEWER\\START.EXE\r\n",
        "VIEWER/START.EXE": b"MZ" + bytes(510),
        "VIEWER/LIB.DLL": b"MZ" + bytes(254),
        "VIEWER/HELP.HTM": b"<html><body>Help</body></html>",
        "README.TXT": b"Start the viewer.\r\n",
    }
    _write(root, {**images, **junk, "DICOMDIR": index.dicomdir(images)})
    return MadeDisc(root, images, {**dict.fromkeys(junk, "viewer"), "DICOMDIR": "index"})


def two_patients(root: Path, seed: int = 1) -> MadeDisc:
    """Somebody else's study lies on the same disc."""
    images = {**_named(seed=seed), **_named(seed=seed, who=OTTO, study=2)}
    _write(root, {**images, "DICOMDIR": index.dicomdir(images)})
    return MadeDisc(root, images, {"DICOMDIR": "index"}, people=(TESSA, OTTO))


def lowercase_mount(root: Path, seed: int = 1) -> MadeDisc:
    """The system shows all names in small letters; the index still has capitals."""
    burnt = _named(seed=seed)
    images = {path.lower(): content for path, content in burnt.items()}
    _write(root, {**images, "dicomdir": index.dicomdir(burnt)})
    return MadeDisc(root, images, {"dicomdir": "index"})


def missing_files(root: Path, seed: int = 1) -> MadeDisc:
    """The index lists three images that are not there."""
    images = _named(seed=seed)
    gone = _named(seed=seed, start=20)
    lost = tuple(sorted(gone))[:3]
    listed = {**images, **{path: gone[path] for path in lost}}
    _write(root, {**images, "DICOMDIR": index.dicomdir(listed)})
    return MadeDisc(root, images, {"DICOMDIR": "index"}, missing=lost)


def escaping_references(root: Path, seed: int = 1) -> MadeDisc:
    """The index points out of the disc, to a right image that lies beside it."""
    images = _named(seed=seed)
    outside = files.image(77, seed=seed)
    (root.parent / "OUTSIDE").write_bytes(outside)
    listed = {**images, "../OUTSIDE": outside}
    _write(root, {**images, "DICOMDIR": index.dicomdir(listed)})
    return MadeDisc(root, images, {"DICOMDIR": "index"}, missing=("../OUTSIDE",))


def truncated_dicomdir(root: Path, seed: int = 1) -> MadeDisc:
    """The index ends early; all images are there."""
    images = _named(seed=seed)
    _write(root, {**images, "DICOMDIR": index.truncated(index.dicomdir(images))})
    return MadeDisc(root, images, {"DICOMDIR": "index"})


ALL = (
    plain,
    no_dicomdir,
    dicomdir_in_subfolder,
    duplicates,
    truncated_pixels,
    truncated_header,
    empty_file,
    text_named_dcm,
    odd_names,
    raw_data_sets,
    jpeg_named_dcm,
    viewer_files,
    two_patients,
    lowercase_mount,
    missing_files,
    escaping_references,
    truncated_dicomdir,
)

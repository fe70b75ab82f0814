"""The discs these two people were handed over the years: folders as hospitals burn them, no two alike."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

from pydicom import dcmwrite
from pydicom.dataset import Dataset

from app.demo import record, story
from app.demo.extras import Extra, portable_viewer, report, web_viewer
from app.demo.shot import Shot, build
from app.demo.story import Facility, uid
from app.disc.fileset import Entry, dicomdir

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Disc:
    """A disc's folder as it now lies on disk, and how many pictures are on it."""

    folder: Path
    label: str
    facility: str
    has_dicomdir: bool
    images: int


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a shot stands on its disc, all counted from 1, and the seed for names made of UIDs."""

    seed: int
    study: int
    series: int
    picture: int
    shot: Shot


Naming = Callable[[_Place], PurePosixPath]


def _short_names(place: _Place) -> PurePosixPath:
    """As a conformant disc must: at most eight capitals and digits a part (PS3.10 §8.2)."""
    number = place.shot.number
    return PurePosixPath("DICOM", f"ST{place.study:06d}", f"SE{place.series:06d}", f"IM{number:06d}")


def _flat_names(place: _Place) -> PurePosixPath:
    """All in one folder, numbered through."""
    return PurePosixPath("IMAGES", f"I{place.picture:07d}")


def _long_names(place: _Place) -> PurePosixPath:
    """As an office's export writes: words, blanks and an ending."""
    study, series = place.shot.study, place.shot.series
    day = f"{study.date[:4]}-{study.date[4:6]}-{study.date[6:]}"
    words = f"{series.number:03d} {series.description.replace('/', ' ')}"
    name = f"{series.modality}{place.shot.number:05d}.dcm"
    return PurePosixPath(f"{study.description.title()} {day}", words, name)


def _uid_names(place: _Place) -> PurePosixPath:
    """Named by the picture's UID, without an ending."""
    return PurePosixPath("export", uid(place.seed, place.shot.study.key), place.shot.sop_instance(place.seed))


@dataclass(frozen=True, slots=True)
class _Burn:
    """What goes on one disc, and how the one who burnt it names files."""

    folder: str
    label: str
    facility: Facility
    studies: tuple[str, ...]
    name: Naming
    extras: tuple[Extra, ...] = ()

    @property
    def has_dicomdir(self) -> bool:
        """Whether its names are such that an index may list them."""
        return self.name in (_short_names, _flat_names)


_ALL = (
    _Burn("disc-1-harrow-2019", "HVUH_1911", story.HARROW, ("ct-2019",), _short_names, portable_viewer("HVUH")),
    _Burn(
        "disc-2-lakemoor",
        "Lakemoor Imaging",
        story.LAKEMOOR,
        ("chest-2019", "mammo-2021", "mammo-2024"),
        _long_names,
        (report("Reports/Mammography 2024-04-11.pdf", "Screening mammogram, both sides: no change."),),
    ),
    _Burn(
        "disc-3-alder",
        "SARH_PACS",
        story.ALDER,
        ("gallbladder-2020", "echo-2023", "chest-2026"),
        _flat_names,
        web_viewer("St. Alder Regional"),
    ),
    _Burn(
        "disc-4-harrow-2025",
        "HVUH_2510",
        story.HARROW,
        ("ct-2022", "brain-2025"),
        _short_names,
        (*portable_viewer("HVUH"), report("REPORT/REPORT01.PDF", "MRI of the head: normal for age.")),
    ),
    _Burn("disc-5-alder-clara", "CLARA CT 2020", story.ALDER, ("head-2020",), _uid_names),
    _Burn("disc-6-harrow-clara", "HVUH_2405", story.HARROW, ("spine-2024",), _short_names, portable_viewer("HVUH")),
    _Burn("disc-7-lakemoor-clara", "Lakemoor Imaging", story.LAKEMOOR, ("abdomen-2026",), _long_names),
)
_SMALL = (_Burn("disc-small", "SMALL", story.HARROW, ("head-2020", "brain-2025"), _short_names),)


def _silent(done: int, total: int) -> None:
    """Tell nobody."""


def write_discs(folder: Path, seed: int = 1, progress: Progress = _silent) -> tuple[Disc, ...]:
    """Write every disc of the demonstration below `folder`, which must not hold any of them yet.

    The same seed gives the same bytes. `progress` gets pictures done and in all; if it raises,
    drawing stops and what is written stays. Raises FileExistsError.
    """
    return _write(folder, _ALL, record.whole(seed), seed, progress)


def write_small_disc(folder: Path, seed: int = 1) -> Disc:
    """Write one disc of two small studies, one of each person, with a DICOMDIR; see write_discs."""
    return _write(folder, _SMALL, record.small(seed), seed, _silent)[0]


def _write(
    folder: Path, burns: Iterable[_Burn], shots: dict[str, list[Shot]], seed: int, progress: Progress
) -> tuple[Disc, ...]:
    plans = [(folder / burn.folder, burn, _placed(burn, shots, seed)) for burn in burns]
    for root, _, _ in plans:
        root.mkdir(parents=True)
    tasks = [(root, path, shot) for root, _, placed in plans for path, shot in placed]
    entries = []
    for number, (root, path, shot) in enumerate(tasks, start=1):
        entries.append(_draw(root, path, shot, seed))
        progress(number, len(tasks))
    discs = []
    for root, burn, placed in plans:
        own, entries = entries[: len(placed)], entries[len(placed) :]
        _finish(root, burn, own, seed)
        discs.append(Disc(root, burn.label, burn.facility.name, burn.has_dicomdir, len(placed)))
    return tuple(discs)


def _placed(burn: _Burn, shots: dict[str, list[Shot]], seed: int) -> list[tuple[PurePosixPath, Shot]]:
    """Give every shot of the disc its path, relative to the disc."""
    placed: list[tuple[PurePosixPath, Shot]] = []
    for study, key in enumerate(burn.studies, start=1):
        order: dict[str, int] = {}
        for shot in shots[key]:
            series = order.setdefault(shot.series.key, len(order) + 1)
            placed.append((burn.name(_Place(seed, study, series, len(placed) + 1, shot)), shot))
    return placed


def _draw(root: Path, path: PurePosixPath, shot: Shot, seed: int) -> Entry:
    data = build(shot, seed)
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(part10(data))
    return entry(data, path.parts)


def part10(data: Dataset) -> bytes:
    """Return a data set as a DICOM file."""
    stream = BytesIO()
    dcmwrite(stream, data, enforce_file_format=True)
    return stream.getvalue()


def entry(data: Dataset, file_id: tuple[str, ...]) -> Entry:
    """Return what a DICOMDIR says of a data set that lies at `file_id`."""
    return Entry(
        file_id=file_id,
        sop_class=str(data.SOPClassUID),
        sop_instance=str(data.SOPInstanceUID),
        transfer_syntax=str(data.file_meta.TransferSyntaxUID),
        patient_id=str(data.PatientID),
        patient_name=str(data.PatientName),
        study_uid=str(data.StudyInstanceUID),
        study_date=str(data.StudyDate),
        study_time=str(data.StudyTime),
        study_id=str(data.StudyID),
        study_description=str(data.StudyDescription),
        accession_number=str(data.AccessionNumber),
        series_uid=str(data.SeriesInstanceUID),
        series_number=str(data.SeriesNumber),
        modality=str(data.Modality),
        instance_number=str(data.InstanceNumber),
    )


def _finish(folder: Path, burn: _Burn, entries: list[Entry], seed: int) -> None:
    """Add the index and what else lies on the disc."""
    if burn.has_dicomdir:
        (folder / "DICOMDIR").write_bytes(dicomdir(entries, burn.label, uid(seed, burn.folder, "file-set")))
    for path, content in burn.extras:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

"""The whole demonstration, written once: is it what a loader will believe, and what a person will?"""

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset, dcmread
from pydicom.fileset import FileSet

import viewer
from app import demo
from app.demo import record, story
from app.demo.discs import part10
from app.demo.shot import build


@pytest.fixture(scope="module")
def discs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[demo.Disc, ...]]:
    folder = tmp_path_factory.mktemp("demo")
    yield demo.write_discs(folder)
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def images(discs: tuple[demo.Disc, ...]) -> dict[Path, Dataset]:
    """Every picture's header, by path."""
    return {path: dcmread(path, stop_before_pixels=True) for disc in discs for path in pictures(disc)}


def pictures(disc: demo.Disc) -> list[Path]:
    found = [path for path in sorted(disc.folder.rglob("*")) if path.is_file() and path.name != "DICOMDIR"]
    return [path for path in found if path.read_bytes()[128:132] == b"DICM"]


def series_of(images: dict[Path, Dataset], description: str) -> list[tuple[Path, Dataset]]:
    found = [(path, data) for path, data in images.items() if data.SeriesDescription == description]
    return sorted(found, key=lambda pair: pair[1].InstanceNumber)


def hounsfield(path: Path) -> np.ndarray:
    data = dcmread(path)
    return data.pixel_array * float(data.RescaleSlope) + float(data.RescaleIntercept)


def around(path: Path, data: Dataset, x: float, y: float, z: float) -> float:
    """Mean HU around a place in the patient, in mm, in the slice through it."""
    left = np.array([x, y, z]) - np.array(data.ImagePositionPatient, float)
    across, down = np.array(data.ImageOrientationPatient, float).reshape(2, 3)
    column, row = (round(float(left @ way) / float(data.PixelSpacing[0])) for way in (across, down))
    return float(hounsfield(path)[row - 2 : row + 3, column - 2 : column + 3].mean())


def test_it_is_a_record_of_two_people_three_facilities_and_seven_years(images: dict[Path, Dataset]) -> None:
    heads = images.values()
    assert len({d.PatientBirthDate for d in heads}) == 2
    assert len({d.InstitutionName for d in heads}) == 3
    assert len({d.StudyInstanceUID for d in heads}) == 12
    assert {d.Modality for d in heads} == {"CT", "MR", "CR", "DX", "US", "MG"}
    years = {int(d.StudyDate[:4]) for d in heads}
    assert (min(years), max(years)) == (2019, 2026)


def test_it_is_not_too_big(discs: tuple[demo.Disc, ...], images: dict[Path, Dataset]) -> None:
    size = sum(path.stat().st_size for disc in discs for path in disc.folder.rglob("*") if path.is_file())
    assert len(images) == sum(disc.images for disc in discs) <= 450
    assert size <= 130e6


def test_every_disc_says_how_many_pictures_it_holds(discs: tuple[demo.Disc, ...]) -> None:
    assert [len(pictures(disc)) for disc in discs] == [disc.images for disc in discs]
    assert [(disc.folder / "DICOMDIR").exists() for disc in discs] == [disc.has_dicomdir for disc in discs]
    assert {disc.has_dicomdir for disc in discs} == {True, False}


def test_each_index_lists_exactly_the_pictures(discs: tuple[demo.Disc, ...]) -> None:
    for disc in discs:
        if disc.has_dicomdir:
            listed = sorted(Path(instance.path) for instance in FileSet(disc.folder / "DICOMDIR"))
            assert listed == pictures(disc)


def test_no_two_pictures_share_an_identity(images: dict[Path, Dataset]) -> None:
    assert max(Counter(d.SOPInstanceUID for d in images.values()).values()) == 1
    assert all(re.fullmatch(r"2\.25\.[1-9]\d{0,38}", d.SOPInstanceUID) for d in images.values())
    for field in ("StudyInstanceUID", "SeriesInstanceUID"):
        owners = {(d[field].value, d.PatientID) for d in images.values()}
        assert len(owners) == len({d[field].value for d in images.values()})


def test_each_facility_writes_a_person_its_own_way(images: dict[Path, Dataset]) -> None:
    for born in ("19570314", "19860802"):
        own = {
            (d.InstitutionName, str(d.PatientName), d.PatientID) for d in images.values() if d.PatientBirthDate == born
        }
        assert len(own) == len({name for _, name, _ in own}) == len({number for _, _, number in own}) == 3


def test_letters_beyond_ascii_survive(images: dict[Path, Dataset]) -> None:
    harrow = next(d for d in images.values() if d.InstitutionName.startswith("HARROW"))
    assert str(harrow.ReferringPhysicianName).startswith("Lindqvist^Sören")


def test_the_transfer_syntaxes_of_real_discs_occur(images: dict[Path, Dataset]) -> None:
    names = {d.file_meta.TransferSyntaxUID.name for d in images.values()}
    assert names == {
        "Explicit VR Little Endian",
        "Implicit VR Little Endian",
        "RLE Lossless",
        "JPEG 2000 Image Compression (Lossless Only)",
        "JPEG Baseline (Process 1)",
    }


def test_one_x_ray_is_stored_inverted_and_shown_alike(images: dict[Path, Dataset]) -> None:
    (inverted,) = (path for path, d in images.items() if d.PhotometricInterpretation == "MONOCHROME1")
    pixels = dcmread(inverted).pixel_array
    assert pixels[-30:, :30].mean() > 3800, "air beside the body is black, which here is the highest value"


def test_slices_lie_evenly_in_one_direction(images: dict[Path, Dataset]) -> None:
    stacks: dict[str, list[Dataset]] = {}
    for data in images.values():
        if data.Modality in ("CT", "MR"):
            stacks.setdefault(data.SeriesInstanceUID, []).append(data)
    assert len(stacks) == 10
    for slices in stacks.values():
        slices.sort(key=lambda d: d.InstanceNumber)
        assert len({tuple(d.ImageOrientationPatient) for d in slices}) == 1
        assert len({d.FrameOfReferenceUID for d in slices}) == 1
        along, down = np.array(slices[0].ImageOrientationPatient, float).reshape(2, 3)
        places = np.array([d.ImagePositionPatient for d in slices], float) @ np.cross(along, down)
        steps = np.diff(places)
        np.testing.assert_allclose(steps, steps[0] if len(steps) else 0, atol=0.01)


def test_hounsfield_units_are_those_of_the_tissues(images: dict[Path, Dataset]) -> None:
    stack = series_of(images, "Thorax/Abd  6.4  Br40 S3")

    def near(x: float, y: float, z: float) -> float:
        return around(*min(stack, key=lambda p: abs(float(p[1].ImagePositionPatient[2]) - z)), x, y, z)

    assert near(-180, -140, 200) == pytest.approx(-1000, abs=15), "air"
    assert near(-90, 30, 300) == pytest.approx(-850, abs=90), "lung"
    assert near(-70, 10, 190) == pytest.approx(106, abs=20), "liver with contrast"
    assert near(24, 45, 270) == pytest.approx(170, abs=25), "aorta with contrast"
    assert near(0, -106, 100) == pytest.approx(-100, abs=35), "fat below the skin"
    top = max(hounsfield(path).max() for path, _ in stack[::8])
    assert top > 700, "bone"


def test_axial_and_coronal_pictures_show_one_body(images: dict[Path, Dataset]) -> None:
    axial = series_of(images, "Thorax/Abd  6.4  Br40 S3")
    coronal = series_of(images, "Cor 4.0 MPR")
    pairs = []
    for path, data in axial[10:60:5]:
        z = float(data.ImagePositionPatient[2])
        for front, frontal in coronal[3:18:4]:
            y = float(frontal.ImagePositionPatient[1])
            for x in (-80.0, -30.0, 20.0, 70.0):
                pairs.append((around(path, data, x, y, z), around(front, frontal, x, y, z)))
    one, other = np.array(pairs).T
    assert np.corrcoef(one, other)[0, 1] > 0.97


def test_the_same_seed_gives_the_same_bytes_in_any_order(images: dict[Path, Dataset]) -> None:
    by_uid = {d.SOPInstanceUID: path for path, d in images.items()}
    again = record.whole(1)
    for key in reversed(again):
        shot = again[key][-1]
        written = by_uid[shot.sop_instance(1)].read_bytes()
        assert part10(build(shot, 1)) == written, key


def test_the_viewer_decodes_one_picture_of_each_series(images: dict[Path, Dataset]) -> None:
    first = {d.SeriesInstanceUID: path for path, d in images.items()}
    for path in first.values():
        content = path.read_bytes()
        header = viewer.dicom.read_header(content)
        frame = viewer.decode(content)
        shown = viewer.display(frame, viewer.default_window(frame))
        assert shown.shape[:2] == (header.image.rows, header.image.columns)
        assert shown.std() > 15, f"{path.name} shows next to nothing"


def test_dcmtk_accepts_every_file(discs: tuple[demo.Disc, ...]) -> None:
    if not shutil.which("dcmftest"):
        pytest.skip("dcmftest is not installed")
    files = [str(path) for disc in discs for path in pictures(disc)]
    run = subprocess.run(["dcmftest", *files], capture_output=True, text=True, check=False)
    assert run.stdout.count("yes:") == len(files)


def test_a_validator_finds_no_error(images: dict[Path, Dataset]) -> None:
    if not shutil.which("dciodvfy"):
        pytest.skip("dciodvfy is not installed")
    for path in {d.SeriesInstanceUID: path for path, d in images.items()}.values():
        run = subprocess.run(["dciodvfy", str(path)], capture_output=True, text=True, check=False, errors="replace")
        assert [line for line in run.stderr.splitlines() if line.startswith("Error")] == []


def test_each_index_passes_dcmtk(discs: tuple[demo.Disc, ...]) -> None:
    if not shutil.which("dcmdump"):
        pytest.skip("dcmdump is not installed")
    for disc in discs:
        if disc.has_dicomdir:
            command = ["dcmdump", "-v", str(disc.folder / "DICOMDIR")]
            run = subprocess.run(command, capture_output=True, text=True, check=False, errors="replace")
            assert run.stdout.count("[IMAGE]") == disc.images
            assert "W:" not in run.stderr


def test_reports_are_whole_pdf_files(discs: tuple[demo.Disc, ...]) -> None:
    reports = [path for disc in discs for path in disc.folder.rglob("*") if path.suffix.lower() == ".pdf"]
    assert len(reports) == 3
    for path in reports:
        content = path.read_bytes()
        assert content.startswith(b"%PDF-1.4")
        start = int(content.split(b"startxref\n")[1].split(b"\n")[0])
        assert content[start : start + 4] == b"xref"
        for number, place in enumerate(re.findall(rb"(\d{10}) 00000 n", content), start=1):
            assert content[int(place) :].startswith(b"%d 0 obj" % number)


def test_nothing_that_could_run_is_on_a_disc(discs: tuple[demo.Disc, ...]) -> None:
    programs = [path for disc in discs for path in disc.folder.rglob("*.EXE")]
    assert programs
    assert all(b"This is no program." in path.read_bytes() for path in programs)


def test_ages_are_of_the_day(images: dict[Path, Dataset]) -> None:
    assert story.MAMMO_2021.age == "063Y", "five days before the birthday"
    assert story.CHEST_2026.age == "068Y"
    assert {d.PatientAge for d in images.values() if d.StudyDate == "20251002"} == {"068Y"}


def test_the_small_disc_is_small_and_always_the_same(tmp_path: Path) -> None:
    one, two = demo.write_small_disc(tmp_path / "one"), demo.write_small_disc(tmp_path / "two")
    assert one.images == 20
    content = [
        {p.relative_to(d.folder): p.read_bytes() for p in d.folder.rglob("*") if p.is_file()} for d in (one, two)
    ]
    assert content[0] == content[1]
    assert len(content[0]) == 21
    assert sum(map(len, content[0].values())) < 1_500_000


def test_another_seed_makes_another_record(tmp_path: Path) -> None:
    one, two = demo.write_small_disc(tmp_path / "one", 1), demo.write_small_disc(tmp_path / "two", 2)
    uids = [{dcmread(path).SOPInstanceUID for path in pictures(disc)} for disc in (one, two)]
    assert uids[0].isdisjoint(uids[1])


def test_a_disc_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    demo.write_small_disc(tmp_path)
    with pytest.raises(FileExistsError):
        demo.write_small_disc(tmp_path)


class _Enough(Exception):
    pass


def _stop_after(count: int) -> tuple[Callable[[int, int], None], list[tuple[int, int]]]:
    seen: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        seen.append((done, total))
        if done == count:
            raise _Enough

    return progress, seen


def test_progress_counts_pictures_and_may_stop_it(tmp_path: Path) -> None:
    progress, seen = _stop_after(3)
    with pytest.raises(_Enough):
        demo.write_discs(tmp_path, 1, progress)
    assert [done for done, _ in seen] == [1, 2, 3]
    assert len({total for _, total in seen}) == 1
    assert sum(path.is_file() for path in tmp_path.rglob("*")) == 3

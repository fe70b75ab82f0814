"""The DICOMDIR writer, judged by pydicom, by dcmtk and byte by byte."""

import shutil
import subprocess
import time
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from makers import files, index
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.fileset import FileSet

from app.disc.fileset import BadFileId, Entry, FilesetError, MissingKey, dicomdir, encode

ENTRY = Entry(
    file_id=("DICOM", "IM000001"),
    sop_class="1.2.840.10008.5.1.4.1.1.2",
    sop_instance="2.25.1",
    transfer_syntax="1.2.840.10008.1.2.1",
    patient_id="P1",
    patient_name="Tester^Tessa",
    study_uid="2.25.10",
    study_date="20210315",
    study_time="101500",
    study_id="1",
    study_description="CT",
    accession_number="",
    series_uid="2.25.100",
    series_number="1",
    modality="CT",
    instance_number="1",
)


def many(count: int) -> list[Entry]:
    return [
        replace(
            ENTRY,
            file_id=("DICOM", f"ST{n // 200:06d}", f"IM{n:06d}"),
            sop_instance=f"2.25.{n + 1}",
            patient_id=f"P{n // 1000}",
            study_uid=f"2.25.7{n // 200}",
            series_uid=f"2.25.8{n // 50}",
            series_number=str(n // 50),
            instance_number=str(n),
        )
        for n in range(count)
    ]


def read(content: bytes) -> Dataset:
    return dcmread(BytesIO(content))


def walked(content: bytes) -> list[tuple[str, ...]]:
    """Follow the offsets, and nothing but the offsets, to every file the index lists."""
    data = read(content)
    by_place = {record.seq_item_tell: record for record in data.DirectoryRecordSequence}
    found: list[tuple[str, ...]] = []

    def follow(place: int) -> None:
        while place:
            record = by_place[place]
            if "ReferencedFileID" in record:
                value = record.ReferencedFileID
                found.append((value,) if isinstance(value, str) else tuple(value))
            follow(record.OffsetOfReferencedLowerLevelDirectoryEntity)
            place = record.OffsetOfTheNextDirectoryRecord

    follow(data.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity)
    return found


def test_every_file_is_reached_by_the_offsets_alone() -> None:
    entries = many(450)
    assert sorted(walked(dicomdir(entries, "SET", "2.25.5"))) == sorted(entry.file_id for entry in entries)


def test_the_last_root_record_is_where_the_header_says() -> None:
    content = dicomdir(many(2500), "SET", "2.25.5")
    data = read(content)
    roots = [r for r in data.DirectoryRecordSequence if r.DirectoryRecordType == "PATIENT"]
    assert len(roots) == 3
    assert data.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity == roots[-1].seq_item_tell
    assert roots[-1].OffsetOfTheNextDirectoryRecord == 0


def test_records_carry_the_keys_of_the_standard() -> None:
    records = read(dicomdir([ENTRY], "SET", "2.25.5")).DirectoryRecordSequence
    patient, study, series, image = records
    assert [r.DirectoryRecordType for r in records] == ["PATIENT", "STUDY", "SERIES", "IMAGE"]
    assert (patient.PatientName, patient.PatientID) == ("Tester^Tessa", "P1")
    assert (study.StudyDate, study.StudyTime, study.StudyID) == ("20210315", "101500", "1")
    assert (study.StudyInstanceUID, study.StudyDescription, study.AccessionNumber) == ("2.25.10", "CT", "")
    assert (series.Modality, series.SeriesInstanceUID, series.SeriesNumber) == ("CT", "2.25.100", 1)
    assert image.ReferencedSOPInstanceUIDInFile == "2.25.1"
    assert image.ReferencedSOPClassUIDInFile == ENTRY.sop_class
    assert image.ReferencedTransferSyntaxUIDInFile == ENTRY.transfer_syntax
    assert image.InstanceNumber == 1


def test_a_letter_beyond_ascii_is_declared_and_read_back() -> None:
    records = read(dicomdir([replace(ENTRY, patient_name="Öster^Åsa")], "SET", "2.25.5")).DirectoryRecordSequence
    assert records[0].PatientName == "Öster^Åsa"
    assert records[0].SpecificCharacterSet == "ISO_IR 192"
    assert "SpecificCharacterSet" not in records[1]


def test_mixed_order_is_grouped_under_one_record_each() -> None:
    entries = many(400)
    shuffled = entries[::2] + entries[1::2]
    kinds = [r.DirectoryRecordType for r in read(dicomdir(shuffled, "SET", "2.25.5")).DirectoryRecordSequence]
    assert {kind: kinds.count(kind) for kind in kinds} == {"PATIENT": 1, "STUDY": 2, "SERIES": 8, "IMAGE": 400}


def test_an_empty_file_set_is_a_file_without_records() -> None:
    data = read(encode((), "EMPTY", "2.25.5"))
    assert len(data.DirectoryRecordSequence) == 0
    assert data.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity == 0
    assert data.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity == 0


@pytest.mark.parametrize(
    "file_id",
    [
        pytest.param((), id="nothing"),
        pytest.param(("DICOM", "lower"), id="small letters"),
        pytest.param(("TOOLONG99",), id="nine characters"),
        pytest.param(("A",) * 9, id="nine components"),
        pytest.param(("..", "IM1"), id="out of the disc"),
        pytest.param(("DICOM", "IM1.DCM"), id="an ending"),
        pytest.param(("DICOM", ""), id="an empty component"),
    ],
)
def test_a_path_that_no_file_set_may_hold_is_refused(file_id: tuple[str, ...]) -> None:
    with pytest.raises(BadFileId) as caught:
        dicomdir([ENTRY, replace(ENTRY, file_id=file_id)], "SET", "2.25.5")
    assert caught.value.file_id == file_id
    assert isinstance(caught.value, FilesetError)


@pytest.mark.parametrize(
    ("field", "record"),
    [
        ("patient_id", "PATIENT"),
        ("study_date", "STUDY"),
        ("study_time", "STUDY"),
        ("study_id", "STUDY"),
        ("study_uid", "STUDY"),
        ("modality", "SERIES"),
        ("series_uid", "SERIES"),
        ("series_number", "SERIES"),
        ("sop_instance", "IMAGE"),
        ("instance_number", "IMAGE"),
    ],
)
def test_a_missing_key_of_type_1_is_refused(field: str, record: str) -> None:
    with pytest.raises(MissingKey) as caught:
        dicomdir([replace(ENTRY, **{field: ""})], "SET", "2.25.5")
    assert (caught.value.record, caught.value.key) == (record, field)


def test_an_error_does_not_say_whose_file_it_was() -> None:
    with pytest.raises(BadFileId) as caught:
        dicomdir([replace(ENTRY, file_id=("TESSA TESTER",))], "SET", "2.25.5")
    assert "TESSA" not in str(caught.value)


def test_pydicom_lists_exactly_the_files(tmp_path: Path) -> None:
    images = {f"DICOM/IM{n:06d}": files.image(n) for n in range(1, 6)}
    for path, content in images.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    (tmp_path / "DICOMDIR").write_bytes(
        dicomdir([index.entry(p, c) for p, c in images.items()], "SET", files.uid("set"))
    )
    listed = {Path(instance.path).relative_to(tmp_path).as_posix() for instance in FileSet(tmp_path / "DICOMDIR")}
    assert listed == set(images)


def test_dcmtk_reads_every_offset(tmp_path: Path) -> None:
    if not shutil.which("dcmdump"):
        pytest.skip("dcmdump is not installed")
    path = tmp_path / "DICOMDIR"
    path.write_bytes(dicomdir(many(450), "SET", "2.25.5"))
    run = subprocess.run(["dcmdump", "-v", str(path)], capture_output=True, text=True, check=False)
    assert run.returncode == 0
    assert run.stdout.count("[IMAGE]") == 450
    assert "W:" not in run.stderr
    assert "E:" not in run.stderr


def test_two_thousand_entries_take_no_time() -> None:
    entries = many(2000)
    start = time.process_time()
    dicomdir(entries, "SET", "2.25.5")
    assert time.process_time() - start < 0.5

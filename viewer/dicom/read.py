"""An object's header from its bytes; its pixels are never touched."""

from pydicom.uid import JPEGBaseline8Bit, JPEGExtended12Bit

from viewer.dicom.dataset import Buffer, Parsed, parse
from viewer.dicom.elements import Elements
from viewer.dicom.header import Header, Image, Instance, Patient, Series, Study
from viewer.dicom.planes import planes
from viewer.dicom.walk import UNDEFINED

ALWAYS_LOSSY = {JPEGBaseline8Bit, JPEGExtended12Bit}


def read_header(data: Buffer, charset: str | None = None) -> Header:
    """The header of a Part 10 file or a bare data set; raises viewer.errors.FileError.

    `charset` is the encoding somebody chose from `viewer.dicom.misread.candidates` because names looked wrong.
    """
    parsed = parse(data)
    elements = parsed.elements if charset is None else parsed.elements.read_as(charset)
    meta = elements.meta() or elements
    return Header(
        sop_class_uid=elements.uid("SOPClassUID") or meta.uid("MediaStorageSOPClassUID"),
        sop_instance_uid=elements.uid("SOPInstanceUID") or meta.uid("MediaStorageSOPInstanceUID"),
        study_instance_uid=elements.uid("StudyInstanceUID"),
        series_instance_uid=elements.uid("SeriesInstanceUID"),
        transfer_syntax_uid=parsed.syntax,
        patient=_patient(elements),
        study=_study(elements),
        series=_series(elements),
        instance=_instance(elements),
        image=image(parsed),
        truncated=parsed.truncated,
    )


def _patient(elements: Elements) -> Patient:
    others = (item.text("PatientID") for item in elements.items("OtherPatientIDsSequence"))
    return Patient(
        name=elements.name("PatientName"),
        id=elements.text("PatientID"),
        issuer=elements.text("IssuerOfPatientID"),
        birth_date=elements.date("PatientBirthDate"),
        birth_date_text=elements.text("PatientBirthDate"),
        sex=elements.text("PatientSex"),
        other_ids=tuple(other for other in others if other),
    )


def _study(elements: Elements) -> Study:
    return Study(
        date=elements.date("StudyDate"),
        date_text=elements.text("StudyDate"),
        time=elements.time("StudyTime"),
        description=elements.text("StudyDescription"),
        accession_number=elements.text("AccessionNumber"),
        study_id=elements.text("StudyID"),
        institution_name=elements.text("InstitutionName"),
        referring_physician=elements.name("ReferringPhysicianName"),
    )


def _series(elements: Elements) -> Series:
    return Series(
        modality=elements.text("Modality"),
        number=elements.integer("SeriesNumber"),
        date=elements.date("SeriesDate"),
        time=elements.time("SeriesTime"),
        description=elements.text("SeriesDescription"),
        body_part=elements.text("BodyPartExamined"),
        laterality=elements.text("Laterality") or elements.text("ImageLaterality"),
        view_position=elements.text("ViewPosition"),
        protocol_name=elements.text("ProtocolName"),
        manufacturer=elements.text("Manufacturer"),
        model=elements.text("ManufacturerModelName"),
    )


def _instance(elements: Elements) -> Instance:
    moment = "AcquisitionDateTime"
    return Instance(
        number=elements.integer("InstanceNumber"),
        image_type=elements.texts("ImageType"),
        acquisition_date=elements.date("AcquisitionDate") or elements.date(moment),
        acquisition_time=elements.time("AcquisitionTime") or elements.time(moment),
        content_date=elements.date("ContentDate"),
        content_time=elements.time("ContentTime"),
        acquisition_number=elements.integer("AcquisitionNumber"),
        document_title=elements.text("DocumentTitle"),
    )


def image(parsed: Parsed) -> Image | None:
    """The pixels' layout; None without pixels, or without the size that makes them a picture."""
    elements, field = parsed.elements, parsed.pixels
    rows, columns = elements.integer("Rows") or 0, elements.integer("Columns") or 0
    if field is None or rows <= 0 or columns <= 0:
        return None
    allocated = elements.integer("BitsAllocated") or 0
    stored = elements.integer("BitsStored") or allocated
    high = elements.integer("HighBit")
    # A frame takes a byte at least: a header cannot claim more of them than there are bytes.
    frames = min(max(elements.integer("NumberOfFrames") or 1, 1), max(len(parsed.body), 1))
    packed = field.length == UNDEFINED or parsed.inflated
    return Image(
        rows=rows,
        columns=columns,
        frames=frames,
        samples=elements.integer("SamplesPerPixel") or 1,
        photometric=elements.text("PhotometricInterpretation"),
        bits_allocated=allocated,
        bits_stored=stored,
        high_bit=stored - 1 if high is None else high,
        signed=elements.integer("PixelRepresentation") == 1,
        planes=planes(elements, frames),
        frame_of_reference_uid=elements.uid("FrameOfReferenceUID"),
        lossy=elements.text("LossyImageCompression") == "01" or parsed.syntax in ALWAYS_LOSSY,
        pixel_offset=None if packed else field.offset,
        frame_time=elements.number("FrameTime"),
        burned_in_annotation=elements.text("BurnedInAnnotation"),
    )

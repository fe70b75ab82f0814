"""A document that a DICOM object carries, taken out as it went in (PS3.3 C.24)."""

from dataclasses import dataclass

from viewer.dicom.dataset import Buffer, parse
from viewer.errors import NoDocument

PDF = b"%PDF-"


@dataclass(frozen=True, slots=True, repr=False)
class Document:
    """The document's own bytes, its MIME type ("" where neither object nor bytes say) and title."""

    mime: str
    title: str
    data: bytes


def encapsulated(data: Buffer) -> Document:
    """The document in an object; raises NoDocument, and FileError when the object cannot be read."""
    elements = parse(data).elements
    stored = elements.raw("EncapsulatedDocument")
    if not stored:
        raise NoDocument(elements.uid("SOPClassUID"))
    length = elements.integer("EncapsulatedDocumentLength") or 0
    # Older objects do not say how long it is; all that can be too much is the one NUL that makes it even (PS3.5 7.1).
    content = stored[:length] if 0 < length <= len(stored) else stored.removesuffix(b"\0")
    mime = elements.text("MIMETypeOfEncapsulatedDocument")
    return Document(
        mime=mime or ("application/pdf" if content.startswith(PDF) else ""),
        title=elements.text("DocumentTitle"),
        data=content,
    )

"""Saying to which exam a document belongs, of which the disc did not tell."""

from app.catalogue import told
from app.clock import Clock
from app.record.values import Document, Study
from app.services.unlock import Record
from vault import ObjectId, ProfileId


def attach_document(record: Record, document: Document, study: Study, clock: Clock) -> ObjectId:
    """File a document with an exam, in the part of the vault of the exam's person; return its id there.

    It moves from the part in which it waited, if that was another; raises the vault's errors.
    """
    old, profile = ObjectId(document.object_id), ProfileId(study.person.profile)
    body = {
        "study_id": study.id, "kind": document.kind, "title": document.title,
        "date": document.date.isoformat() if document.date else "",
    }  # fmt: skip
    with record.vault.write() as writing:
        new = writing.put(profile, record.vault.read(old)).id
        writing.append("document", {**body, "object_id": new}, profile)
        if new != old:
            for origin in told.origins(record.vault, old):
                writing.append("origin", {**origin, "object_id": new}, profile)
            writing.append("document_moved", {"object_id": old}, profile)
            writing.checkpoint()  # from here on it is safe in the other part
            writing.delete([old], clock())
    return new

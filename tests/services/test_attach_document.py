"""A document of which the disc did not tell to which exam it belongs goes where the person says."""

from accounting import Loads, outcomes
from makers import files, reports
from makers.faulty import FaultySource
from makers.files import OTTO

from app.disc.outcomes import Outcome
from app.record.values import Document, Study
from app.services.attach_document import attach_document
from app.services.read_record import beside_pictures

DISC = FaultySource({"A/IM1": files.image(1), "B/IM1": files.image(1, study=2, who=OTTO), "report.pdf": reports.PDF})


def unattached(loads: Loads) -> Document:
    (document,) = loads.record.catalogue.documents()
    return document


def studies(loads: Loads) -> dict[str, Study]:
    return {study.person.name: study for study in loads.record.catalogue.studies()}


def test_it_goes_to_the_exam_and_into_its_persons_part(loads: Loads) -> None:
    loads(DISC)
    waiting, study = unattached(loads), studies(loads)["Otto Other"]
    new = attach_document(loads.record, waiting, study, loads.clock)
    assert loads.record.catalogue.documents() == ()
    (document,) = loads.record.catalogue.documents(study.id)
    assert (document.object_id, document.kind) == (new, "pdf")
    assert loads.record.vault.read(new) == reports.PDF
    assert [one.kind for one in beside_pictures(loads.record, study)] == ["PDF document"]
    assert [one.id for one in loads.record.vault.deleted] == [waiting.object_id], "its first copy is in the bin"
    assert "report.pdf" in {path for _, path, _ in loads.record.catalogue.objects_of(study.id)}
    assert loads.record.vault.verify().ok


def test_the_disc_again_leaves_it_there(loads: Loads) -> None:
    loads(DISC)
    study = studies(loads)["Otto Other"]
    attach_document(loads.record, unattached(loads), study, loads.clock)
    assert outcomes(loads.again(DISC))["report.pdf"] is Outcome.DUPLICATE
    assert loads.record.catalogue.documents() == ()
    assert len(loads.record.catalogue.documents(study.id)) == 1


def test_it_can_go_on_to_another_exam(loads: Loads) -> None:
    loads(DISC)
    one, other = studies(loads).values()
    attach_document(loads.record, unattached(loads), one, loads.clock)
    (document,) = loads.record.catalogue.documents(one.id)
    attach_document(loads.record, document, other, loads.clock)
    assert loads.record.catalogue.documents(one.id) == ()
    assert len(loads.record.catalogue.documents(other.id)) == 1


def test_of_one_person_it_need_not_move(loads: Loads) -> None:
    loads(FaultySource({"A/IM1": files.image(1), "A/report.pdf": reports.PDF}))
    (study,) = loads.record.catalogue.studies()
    (document,) = loads.record.catalogue.documents(study.id)
    assert attach_document(loads.record, document, study, loads.clock) == document.object_id
    assert loads.record.catalogue.documents(study.id) == (document,)
    assert not loads.record.vault.deleted

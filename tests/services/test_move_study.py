"""Moving an exam: it is whole there before it is gone here, and the next disc knows better."""

import pytest
from accounting import Loads
from makers import files
from makers.faulty import FaultySource
from makers.files import OTTO, TESSA

import app.services.move_study
from app.disc.outcomes import Outcome
from app.errors import Cancelled
from app.progress import Step
from app.record.values import Person, Study
from app.services.move_study import Moved, move_study
from app.services.whose import Joined
from vault import ObjectId, ProfileId


def disc() -> FaultySource:
    tessas = {f"T/{n}": files.image(n, who=TESSA) for n in range(1, 4)}
    ottos = {f"O/{n}": files.image(n, who=OTTO, study=2) for n in range(1, 6)}
    return FaultySource({**tessas, **ottos, "O/same": files.image(1, who=OTTO, study=2)})


@pytest.fixture
def wrong(loads: Loads) -> Loads:
    """Everything on the disc was said to be one person's."""
    loads(FaultySource({"x": files.image(50, who=OTTO, study=7)}))
    (otto,) = loads.record.catalogue.people()
    loads(disc(), lambda _: Joined(otto.id))
    return loads


def studies_of(loads: Loads, person: Person) -> list[Study]:
    return [study for study in loads.record.catalogue.studies() if study.person.id == person.id]


def move(loads: Loads, study: Study, to: Person | None, **more: object) -> Moved:
    return move_study(loads.record, study, to, loads.clock, **more)  # type: ignore[arg-type]


def tessas(loads: Loads) -> Study:
    return next(study for study in loads.record.catalogue.studies() if study.images == 3)


def test_everything_is_one_persons_at_first(wrong: Loads) -> None:
    assert len(wrong.record.catalogue.people()) == 1
    assert len(wrong.record.catalogue.studies()) == 3


def test_an_exam_moves_to_a_new_person_named_as_on_the_disc(wrong: Loads) -> None:
    moved = move(wrong, tessas(wrong), None)
    assert (moved.person.name, moved.files, moved.emptied) == ("Tessa Tester", 3, None)
    (study,) = studies_of(wrong, moved.person)
    assert (study.id, study.images, study.series) == (moved.study, 3, 1)
    assert len(wrong.record.catalogue.studies()) == 3
    kept = {path: data for path, data in wrong.kept().items() if path.startswith("T/")}
    assert kept == {path: data for path, data in disc().files.items() if path.startswith("T/")}
    assert wrong.record.vault.verify().ok
    assert len(wrong.record.vault.deleted) == 3


def test_the_next_disc_knows_better(wrong: Loads) -> None:
    moved = move(wrong, tessas(wrong), None)
    report = wrong(FaultySource({"new": files.image(60, who=TESSA, study=9)}), lambda _: pytest.fail("asked"))
    assert [one.decision for one in report.people] == ["known"]
    assert len(studies_of(wrong, moved.person)) == 2
    again = wrong(disc())
    assert {item.outcome for item in again.items} == {Outcome.DUPLICATE}
    assert len(wrong.record.catalogue.studies()) == 4


def test_a_move_is_undone_by_a_move(wrong: Loads) -> None:
    before = wrong.record.catalogue.studies()
    (otto,) = wrong.record.catalogue.people()
    moved = move(wrong, tessas(wrong), None)
    back = move(wrong, wrong.record.catalogue.study(moved.study), otto)
    assert back.emptied == moved.person
    assert wrong.record.catalogue.studies() == before
    assert [person.id for person in wrong.record.catalogue.people()] == [otto.id]
    assert wrong.record.vault.verify().ok


def test_only_the_other_persons_key_opens_it_now(wrong: Loads) -> None:
    moved = move(wrong, tessas(wrong), None)
    wrong.record.vault.destroy_profile(moved.person.profile)  # type: ignore[arg-type]
    assert {path[:2] for path in wrong.kept()} >= {"O/"}
    assert sorted(study.images for study in wrong.record.catalogue.studies()) == [1, 5]


@pytest.mark.parametrize("after", range(4))
def test_stopped_half_way_it_is_where_it_was(wrong: Loads, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    monkeypatch.setattr(app.services.move_study, "CHECKPOINT_BYTES", 1)
    study = tessas(wrong)

    def progress(step: Step) -> None:
        if step.done == after:
            raise Cancelled

    with pytest.raises(Cancelled):
        move(wrong, study, None, progress=progress)
    assert study in wrong.record.catalogue.studies()
    assert wrong.record.vault.verify().ok
    people = [one for one in wrong.record.catalogue.people() if one.name == "Tessa Tester"]
    moved = move(wrong, study, people[0] if people else None)
    assert study.id not in {one.id for one in wrong.record.catalogue.studies()}
    assert wrong.record.catalogue.study(moved.study).images == 3


def test_a_person_without_exams_is_gone(loads: Loads) -> None:
    loads(disc())
    study = tessas(loads)
    moved = move(loads, study, next(one for one in loads.record.catalogue.people() if one.id != study.person.id))
    assert moved.emptied == study.person
    assert loads.record.catalogue.study(moved.study).images == 3
    assert study.person not in loads.record.catalogue.people()


def test_what_is_in_the_recycle_bin_comes_back_with_its_disc(loads: Loads) -> None:
    loads(disc())
    study = tessas(loads)
    gone = [ObjectId(id) for id, _, _ in loads.record.catalogue.objects_of(study.id)]
    with loads.record.vault.write() as writing:
        writing.append("study_removed", {"study_id": study.id}, ProfileId(study.person.profile))
        writing.delete(gone, loads.at)
    assert study not in loads.record.catalogue.studies()
    report = loads(disc())
    assert report.counts["images_new"] == 3
    assert study in loads.record.catalogue.studies()
    assert loads.record.vault.deleted == ()

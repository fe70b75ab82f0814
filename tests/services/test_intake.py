"""Taking in a disc that is known: what is asked of the record does not grow with its pictures."""

import pytest
from accounting import Loads
from makers import files
from makers.faulty import FaultySource

from app.catalogue.queries import Catalogue


def test_each_exam_of_a_known_disc_is_looked_up_once(loads: Loads, monkeypatch: pytest.MonkeyPatch) -> None:
    source = FaultySource({f"{study}/{n}": files.image(n, study=study) for study in (1, 2) for n in range(1, 6)})
    loads(source)
    asked: list[str] = []
    real = Catalogue.study

    def study(self: Catalogue, id: str) -> object:
        asked.append(id)
        return real(self, id)

    monkeypatch.setattr(Catalogue, "study", study)
    report = loads.again(source)
    assert sorted(asked) == sorted(report.studies)
    assert len(asked) == 2

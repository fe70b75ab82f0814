"""More than a hundred thousand damaged inputs, shared out among all readers of a disc's files by weight."""

import os

import pytest
from disc_fuzz import readers, run

INPUTS = int(os.environ.get("SCANFOLIO_INPUTS", "300000"))
WHOLE = sum(reader.weight for reader in readers().values())


@pytest.mark.long
@pytest.mark.parametrize("name", readers())
def test_a_hundred_thousand_inputs_are_answered_or_refused(name: str) -> None:
    reader = readers(real=True)[name]
    inputs = -(-INPUTS * reader.weight // WHOLE)
    found = run(reader, inputs, seed=100_000)
    print(found)
    assert found.inputs == inputs
    assert found.taken > 0

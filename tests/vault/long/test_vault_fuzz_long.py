"""More than a million damaged inputs, shared out among all parsers by weight."""

import os

import pytest
from vault_fuzz import run
from vault_parsers import parsers

INPUTS = int(os.environ.get("SCANFOLIO_INPUTS", "1200000"))
WHOLE = sum(parser.weight for parser in parsers().values())


@pytest.mark.long
@pytest.mark.parametrize("name", parsers())
def test_a_million_inputs_are_refused_in_the_vaults_own_words(name: str) -> None:
    parser = parsers()[name]
    inputs = -(-INPUTS * parser.weight // WHOLE)
    found = run(parser, inputs, seed=1_000_000)
    print(found)
    assert found.inputs == inputs
    assert found.refused > 0

"""One image wrapped in several ways is one image; another is not."""

import pytest
from makers import files

from app.disc.body import body_of

WHOLE = files.image()
WRAPPED = {
    "as it was": WHOLE,
    "without preamble": files.without_preamble(WHOLE),
    "without prefix": files.without_prefix(WHOLE),
    "behind a mail's header": files.junk_before(WHOLE),
    "under another preamble": files.preamble(WHOLE, b"II*\0"),
    "with other meta information": WHOLE.replace(b"MAKERS", b"OTHERS"),
    "with a wrong group length": WHOLE[:140] + b"\1\0\0\0" + WHOLE[144:],
    "with the syntax of another": files.declared(WHOLE, "1.2.840.10008.1.2"),
    "with nothing but the data set": files.raw(files.data_set(), implicit=False),
}


@pytest.mark.parametrize("name", WRAPPED)
def test_the_wrapping_does_not_count(name: str) -> None:
    assert body_of(WRAPPED[name]) == body_of(WHOLE)
    assert bytes(body_of(WHOLE)).startswith(b"\x08\0\x08\0CS")


def test_another_image_is_another() -> None:
    assert body_of(files.image(2)) != body_of(WHOLE)


@pytest.mark.parametrize("data", [b"", b"DICM", bytes(200), WHOLE[:150]], ids=["nothing", "DICM", "zeros", "cut"])
def test_what_cannot_be_told_apart_is_taken_whole_or_from_where_it_can(data: bytes) -> None:
    assert data.endswith(bytes(body_of(data)))

"""A content whose stored copy is damaged or gone is stored anew when it is put again."""

import random
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from vault_shelf import PASSPHRASE, Shelf, content, load, with_profile
from vault_simdisk import SimDisk

import vault
from vault import packing, reading
from vault.errors import Damaged, DiskFault, NoSuchFile

HERE = Path("/v")
LONG = random.Random(4).randbytes(150_000)
DATA = {"short": content(1), "long": LONG}


@pytest.fixture(autouse=True)
def short_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "LONG", 100_000)
    monkeypatch.setattr(reading, "PIECE", 64 << 10)


@pytest.fixture
def held(sim: SimDisk) -> SimDisk:
    """Two objects, each in a pack of its own."""
    with vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=sim) as opened:
        profile = with_profile(opened)
        for data in DATA.values():
            with opened.write() as w:
                w.put(profile, data)
    return sim


def opening(disk: SimDisk) -> vault.OpenedVault:
    return vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk)


def id_of(opened: vault.OpenedVault, name: str) -> vault.ObjectId:
    id = opened.find(opened.profiles[0], sha256(DATA[name]).digest())
    assert id is not None
    return id


def break_one(disk: SimDisk, opened: vault.OpenedVault, id: vault.ObjectId) -> None:
    at = opened._session.locate(id)
    disk.names_now[HERE / "packs" / at.pack.hex()].data[at.extent.offset + at.extent.stored] ^= 1


def remove_one(disk: SimDisk, opened: vault.OpenedVault, id: vault.ObjectId) -> None:
    del disk.names_now[HERE / "packs" / opened._session.locate(id).pack.hex()]


def by_reading(opened: vault.OpenedVault, id: vault.ObjectId) -> None:
    with pytest.raises((Damaged, NoSuchFile)):
        opened.read(id)


def by_checking(opened: vault.OpenedVault, _id: vault.ObjectId) -> None:
    assert not opened.verify().ok


@pytest.mark.parametrize("name", DATA)
@pytest.mark.parametrize("harm", [break_one, remove_one])
@pytest.mark.parametrize("notice", [by_reading, by_checking])
def test_what_was_found_bad_is_stored_anew(
    name: str, harm: Callable[..., None], notice: Callable[..., None], held: SimDisk
) -> None:
    with opening(held) as opened:
        profile, id = opened.profiles[0], id_of(opened, name)
        harm(held, opened, id)
        with opened.write() as w:
            assert not w.put(profile, DATA[name], sha256(DATA[name]).digest()).new  # nobody has looked
        notice(opened, id)
        assert opened.find(profile, sha256(DATA[name]).digest()) is None
        with opened.write() as w:
            assert w.put(profile, DATA[name]) == vault.Stored(id, new=True, size=len(DATA[name]))
            assert not w.put(profile, DATA[name]).new
        assert opened.read(id) == DATA[name]
        assert opened.find(profile, sha256(DATA[name]).digest()) == id
        assert (opened.verify().damaged, opened.verify().missing) == ((), ())
    with opening(held) as opened:
        assert opened.read(id) == DATA[name]
        assert opened.verify().objects == 2


@pytest.mark.parametrize("name", DATA)
@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("harmed", [True, False])
def test_a_put_with_check_reads_the_held_copy_back(name: str, announced: bool, harmed: bool, held: SimDisk) -> None:
    with opening(held) as opened:
        profile, id = opened.profiles[0], id_of(opened, name)
        if harmed:
            break_one(held, opened, id)
        with opened.write() as w:
            digest = sha256(DATA[name]).digest() if announced else None
            assert w.put(profile, iter([DATA[name]]), digest, check=True).new is harmed
            assert not w.put(profile, DATA[name], digest, check=True).new
        assert opened.read(id) == DATA[name]
        assert opened.verify().ok


def test_a_medium_that_cannot_read_the_held_copy_has_it_stored_anew(held: SimDisk) -> None:
    def refusing(path: Path, *_: object) -> bytes:
        raise DiskFault(path, 5)

    with opening(held) as opened:
        read, held.read = held.read, refusing
        with opened.write() as w:
            assert w.put(opened.profiles[0], DATA["short"], check=True).new
        held.read = read
        assert opened.verify().ok


def test_what_was_rolled_back_is_still_known_to_be_bad(held: SimDisk) -> None:
    with opening(held) as opened:
        profile, id = opened.profiles[0], id_of(opened, "short")
        break_one(held, opened, id)
        with pytest.raises(KeyError), opened.write() as w:
            assert w.put(profile, DATA["short"], check=True).new
            raise KeyError
        with opened.write() as w:
            assert w.put(profile, DATA["short"]).new
        assert opened.read(id) == DATA["short"]


def test_another_objects_damage_does_not_matter(held: SimDisk) -> None:
    with opening(held) as opened:
        profile = opened.profiles[0]
        break_one(held, opened, id_of(opened, "long"))
        by_reading(opened, id_of(opened, "long"))
        load(opened, profile, range(3))
        with opened.write() as w:
            assert not w.put(profile, DATA["short"]).new
            assert w.put(profile, DATA["long"]).new

"""Tar archives and packed files: in every form, forward only, and never along a link."""

import bz2
import gzip
import io
import lzma
import tarfile
from pathlib import Path

import pytest
from makers import containers, files
from makers.zip_writer import Part, archive
from sources_reading import below, content, everything, opened

from app.disc.sources import Bounds, container_kind, open_container, open_source, seekable
from app.disc.sources.errors import NotAContainer, TooLarge, TooManyEntries
from app.errors import SourceDamaged

FILES = containers.disc_files()
FORMS = {"ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}
LONG = {"d" * 90 + "/" + "e" * 90 + "/" + "f" * 120 + ".dcm": b"long", "Ärzte/ü": b"umlaut"}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_tar_is_read(form: str) -> None:
    source = opened(containers.tar(FILES, FORMS[form]))
    assert (source.kind, source.sessions, source.notes) == ("tar", 1, ())
    assert everything(source) == below("x", FILES)
    paths = [entry.path for entry in source.entries()]
    assert paths == sorted(paths)


@pytest.mark.parametrize("form", ["gnu", "pax"])
def test_long_names_are_whole(form: str) -> None:
    assert everything(opened(containers.tar(LONG, FORMS[form]))) == below("x", LONG)


@pytest.mark.parametrize("packing", containers.PACKERS)
def test_a_packed_tar_is_read_in_the_order_in_which_it_is_stored(packing: str) -> None:
    stored = dict(reversed(FILES.items()))
    data = containers.PACKERS[packing](containers.tar(stored))
    assert container_kind(data[:4096]) == packing
    source = opened(data)
    assert source.kind == "tar"
    assert everything(source) == below("x", FILES)
    assert [entry.path for entry in source.entries()] == list(below("x", stored))


@pytest.mark.parametrize("packing", containers.PACKERS)
def test_a_packed_single_file_is_one_entry(packing: str, tmp_path: Path) -> None:
    picture = files.image(1)
    path = tmp_path / f"IM1.dcm.{ {'gzip': 'gz', 'bzip2': 'bz2', 'xz': 'xz'}[packing] }"
    path.write_bytes(containers.PACKERS[packing](picture))
    source = open_source(path)
    assert (source.kind, source.notes) == (packing, ())
    assert everything(source) == {"IM1.dcm": picture}
    assert [entry.size for entry in source.entries()] == [len(picture)]
    source.close()
    assert everything(opened(path.read_bytes(), path.name)) == {f"{path.name}/IM1.dcm": picture}


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_several_packed_streams_in_a_row_are_one_file(pack: "containers.Packer") -> None:
    assert everything(opened(pack(b"one") + pack(b"two" * 9999) + b"\0\0\0")) == {"x/x": b"one" + b"two" * 9999}


@pytest.mark.parametrize("packing", containers.PACKERS)
def test_a_packed_file_cut_short_says_so_and_gives_what_there_is(packing: str) -> None:
    picture = files.image(1) * 200
    source = opened(containers.PACKERS[packing](picture)[:-400])
    (entry,) = source.entries()
    assert source.notes == ("archive_cut",)
    assert 0 <= entry.size < len(picture)
    with source.open(entry) as stream:
        assert picture.startswith(stream.read(entry.size))
        with pytest.raises(Exception, match="MemberCut"):
            stream.read(1)


def test_a_packed_file_with_a_wrong_checksum_is_told() -> None:
    data = bytearray(gzip.compress(files.image(1)))
    data[-6] ^= 1
    assert content(opened(bytes(data)), "x/x") == "member_damaged"


@pytest.mark.parametrize("magic", [b"\x1f\x8b\x08", b"BZh91AY&SY", b"\xfd7zXZ\0"])
def test_what_only_begins_like_a_packed_file_is_damaged(magic: bytes, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(magic + b"\xff" * 100)
    with pytest.raises(SourceDamaged):
        open_source(tmp_path / "x")


# --- links, devices, names ---------------------------------------------------------------------------------------


def test_links_and_devices_are_named_and_not_followed() -> None:
    special = containers.special
    data = containers.tar_of(
        special("soft", tarfile.SYMTYPE, "/etc/passwd"), special("hard", tarfile.LNKTYPE, "../../secret"),
        special("pipe", tarfile.FIFOTYPE), special("disk", tarfile.BLKTYPE), special("tty", tarfile.CHRTYPE),
        special("folder", tarfile.DIRTYPE),
    )  # fmt: skip
    assert everything(opened(data)) == {
        "x/soft": "link_in_archive", "x/hard": "link_in_archive", "x/pipe": "not_a_file", "x/disk": "not_a_file",
        "x/tty": "not_a_file",
    }  # fmt: skip


def test_names_that_lead_outside_are_labels() -> None:
    odd = {"../../evil": b"0", "/etc/passwd": b"1", "AUX": b"2", "._IM1": b"3"}
    assert everything(opened(containers.tar(odd))) == {
        "x/__/__/evil": b"0", "x/etc/passwd": b"1", "x/_AUX": b"2", "x/._IM1": "system_file",
    }  # fmt: skip


def test_two_members_of_one_name_are_both_there() -> None:
    one, two = containers.tar({"IM1": b"one"}), containers.tar({"IM1": b"two"})
    assert everything(opened(one + two)) == {"x/IM1": b"one", "x/IM1 (2)": b"two"}


def test_a_member_with_holes_is_not_unpacked_to_something_else() -> None:
    info = tarfile.TarInfo("sparse")
    info.size = 3
    info.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "IM1"}
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as packed:
        packed.addfile(info, io.BytesIO(b"map"))
    assert everything(opened(out.getvalue())) == {"x/sparse": "packing_unknown"}


# --- damage ------------------------------------------------------------------------------------------------------


def test_a_tar_cut_in_a_member_gives_what_there_is() -> None:
    whole = containers.tar(FILES)
    source = opened(whole[: whole.index(FILES["DICOM/ST000001/SE000002/IM000002"]) + 700])
    found = everything(source)
    assert found.pop("x/DICOM/ST000001/SE000002/IM000002") == "member_cut"
    assert found == {path: data for path, data in below("x", FILES).items() if not path.endswith("2/IM000002")}
    assert source.notes == ("archive_cut",)


@pytest.mark.parametrize("junk", [bytes(512), b"\xff" * 512])
def test_a_damaged_header_hides_only_its_own_member(junk: bytes) -> None:
    data = bytearray(containers.tar({"A": b"a", "B": b"b", "C": b"c"}, tarfile.USTAR_FORMAT))
    place = data.index(b"B\0\0")
    data[place : place + 512] = junk
    source = opened(bytes(data))
    assert everything(source) == {"x/A": b"a", "x/C": b"c"}
    assert source.notes == ("archive_disagrees",)


def test_a_packed_tar_that_is_damaged_says_so() -> None:
    data = bytearray(gzip.compress(containers.tar({name: files.image(number) for number, name in enumerate("ABCDEF")})))
    data[len(data) // 2] ^= 0xFF
    source = opened(bytes(data))
    assert everything(source)["x/A"] == files.image(0)
    assert "archive_damaged" in source.notes, "no member has a checksum of its own"


def test_a_tar_of_junk_is_none() -> None:
    header = containers.tar({"A": b"a"}, tarfile.USTAR_FORMAT)[:257]
    with pytest.raises(NotAContainer):
        open_container("tar", io.BytesIO(header + b"ustar" + b"\xff" * 2000), "x", bounds=Bounds())


# --- bounds ------------------------------------------------------------------------------------------------------


def test_a_packed_bomb_stops_where_there_is_no_more_room() -> None:
    data = gzip.compress(bytes(64 << 20))
    source = opened(data, bounds=Bounds(free_bytes=8 << 20))
    assert [entry.closed for entry in source.entries()] == ["container_too_large"]


def test_a_tar_that_is_endless_stops_where_there_is_no_more_room() -> None:
    data = gzip.compress(containers.tar({"A": b"a"}) + bytes(64 << 20))
    with pytest.raises(TooLarge):
        opened(data, bounds=Bounds(free_bytes=8 << 20))


def test_too_many_members_are_refused() -> None:
    data = containers.tar({f"{number}": b"" for number in range(20)})
    with pytest.raises(TooManyEntries):
        opened(data, bounds=Bounds(entries=19))


def test_an_archive_in_a_packed_tar_is_read() -> None:
    source = opened(gzip.compress(containers.tar({"scans.zip": archive([Part("IM1", b"one")])})), "a.tgz")
    (entry,) = source.entries()
    inner = open_container("zip", seekable(source, entry), entry.path, bounds=Bounds(depth=1))
    assert everything(inner) == {"a.tgz/scans.zip/IM1": b"one"}

"""ZIP archives: whatever writer made them and however they arrived, each member is read or told."""

import io
import struct
import zipfile
from pathlib import Path

import pytest
import pyzipper
from makers import containers, files, iso_writer, zip_writer
from makers.zip_writer import Part, archive, link, parts, pipe
from sources_reading import below, content, everything, opened

from app.disc.sources import Bounds, Entry, Lockable, Source, container_kind, open_container, open_source, seekable
from app.disc.sources.errors import InParts, MemberLocked, NestedTooDeep, NotAContainer, PackingUnknown, TooManyEntries
from app.disc.sources.zips.source import ZipSource
from app.errors import SourceDamaged, SourceInParts

FILES = containers.disc_files()
BIRTHDAY = b"19700102"


def lockable(data: bytes) -> tuple[Source, Lockable]:
    source = opened(data)
    assert isinstance(source, Lockable)
    return source, source


# --- right ones, by other writers --------------------------------------------------------------------------------


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_usual_packing_is_read(method: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        packed.mkdir("EMPTY")
        for name, data in FILES.items():
            packed.writestr(name, data)
    source = opened(out.getvalue())
    assert (source.kind, source.sessions, source.notes) == ("zip", 1, ())
    assert everything(source) == below("x", FILES)


class Unseekable(io.BytesIO):
    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise io.UnsupportedOperation

    def tell(self) -> int:
        raise io.UnsupportedOperation


def test_an_archive_that_was_streamed_has_its_sizes_behind_the_data() -> None:
    out = Unseekable()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in FILES.items():
            packed.writestr(name, data)
    assert everything(opened(out.getvalue())) == below("x", FILES)


def test_deflate64_is_read() -> None:
    repeated = {"IM1": bytes(200_000) + b"end", **FILES}
    assert everything(opened(archive(parts(repeated, 9)))) == below("x", repeated)


def test_zip64_is_read() -> None:
    members = [Part(name, data, zip64=True) for name, data in FILES.items()]
    data = archive(members, zip64=True)
    assert everything(opened(data)) == below("x", FILES)
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None, "the writer is right about ZIP64"


def test_a_program_that_unpacks_itself_is_read_behind_the_program() -> None:
    data = archive(parts(FILES), before=b"MZ" + bytes(5000), comment=b"made by a viewer")
    source = open_container("zip", io.BytesIO(data), "x", bounds=Bounds())
    assert everything(source) == below("x", FILES)
    assert source.notes == ()


def test_an_archive_chosen_by_the_person_has_the_paths_in_it(tmp_path: Path) -> None:
    (tmp_path / "no-ending").write_bytes(archive(parts(FILES)))
    source = open_source(tmp_path / "no-ending")
    assert (source.kind, source.label) == ("zip", "no-ending")
    assert everything(source) == FILES
    source.close()


def test_an_empty_archive_holds_nothing() -> None:
    assert everything(opened(archive([]))) == {}


@pytest.mark.parametrize(
    "inside", ["word/document.xml", "[Content_Types].xml", "META-INF/MANIFEST.MF", "xl/workbook.xml"]
)
def test_documents_and_programs_are_not_unpacked(inside: str) -> None:
    assert container_kind(archive([Part(inside, b"<xml/>")])[:4096]) is None
    odt = archive([Part("mimetype", b"application/vnd.oasis.opendocument.text", 0), Part("content.xml", b"<xml/>")])
    assert container_kind(odt[:4096]) is None


# --- locked ------------------------------------------------------------------------------------------------------


def zipcrypto(descriptor: bool = False) -> bytes:
    return archive(Part(name, data, password=BIRTHDAY, descriptor=descriptor) for name, data in FILES.items())


def aes(bits: int) -> bytes:
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", compression=pyzipper.ZIP_DEFLATED) as packed:
        packed.setpassword(BIRTHDAY)
        packed.setencryption(pyzipper.WZ_AES, nbits=bits)
        for name, data in FILES.items():
            packed.writestr(name, data)
    return out.getvalue()


LOCKED = {"zipcrypto": zipcrypto(), "zipcrypto, sizes behind": zipcrypto(descriptor=True)} | {
    f"aes {bits}": aes(bits) for bits in (128, 192, 256)
}


@pytest.mark.parametrize("name", LOCKED)
def test_a_locked_archive_is_listed_and_opens_with_its_password_alone(name: str) -> None:
    source, lock = lockable(LOCKED[name])
    assert lock.locked
    assert set(everything(source).values()) == {"locked"}
    assert content(source, "x/DICOMDIR") == "locked"
    for wrong in (b"", b"19700201", b"password", BIRTHDAY + b"1"):
        assert not lock.unlock(wrong)
    assert lock.locked
    assert lock.unlock(BIRTHDAY)
    assert not lock.locked
    assert everything(source) == below("x", FILES)


def test_the_writer_of_the_old_lock_is_right() -> None:
    packed = zipfile.ZipFile(io.BytesIO(LOCKED["zipcrypto"]))
    assert packed.read("DICOMDIR", BIRTHDAY) == FILES["DICOMDIR"]


def test_of_a_thousand_wrong_passwords_none_opens_the_old_lock() -> None:
    _, lock = lockable(archive([Part("IM1", b"a picture" * 9, password=BIRTHDAY)]))
    assert not any(lock.unlock(b"%04d" % number) for number in range(1000)), "its own check lets 1 of 256 pass"


def test_a_large_member_is_not_read_whole_to_try_a_password() -> None:
    large = Part("A", bytes(range(256)) * (40 << 12), password=b"p", crc=5)
    source, lock = lockable(archive([large]))
    assert lock.unlock(b"p"), "its damage is met when it is read"
    assert content(source, "x/A", 1 << 20) == "member_damaged"


def test_a_large_stored_member_is_read_to_its_checksum_to_try_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.disc.sources.zips.source._ENOUGH", 10)
    _, lock = lockable(archive([Part("A", b"a picture" * 9, 0, password=b"p")]))
    assert not any(lock.unlock(b"%04d" % number) for number in range(1000))
    assert lock.unlock(b"p")


def test_a_password_that_was_typed_may_come_at_once() -> None:
    stream = io.BytesIO(LOCKED["aes 256"])
    assert everything(open_container("zip", stream, "x", bounds=Bounds(), password=BIRTHDAY)) == below("x", FILES)
    wrong = open_container("zip", stream, "x", bounds=Bounds(), password=b"wrong")
    assert set(everything(wrong).values()) == {"locked"}


def test_clear_members_beside_locked_ones_are_read() -> None:
    source, lock = lockable(archive([Part("README", b"clear"), Part("IM1", b"locked", password=b"p")]))
    assert everything(source) == {"x/README": b"clear", "x/IM1": "locked"}
    assert lock.unlock(b"p")
    assert everything(source) == {"x/README": b"clear", "x/IM1": b"locked"}


def test_a_member_with_another_password_stays_locked() -> None:
    source, lock = lockable(archive([Part("A", b"a" * 40, password=b"p"), Part("B", b"b" * 90, password=b"q")]))
    assert lock.unlock(b"p")
    assert everything(source) == {"x/A": b"a" * 40, "x/B": "locked"}


def test_one_damaged_member_does_not_make_the_password_wrong() -> None:
    members = [Part("A", b"a" * 40, 0, password=b"p", crc=0x11223344), Part("B", b"b" * 90, password=b"p")]
    source, lock = lockable(archive(members))
    assert lock.unlock(b"p")
    assert everything(source) == {"x/A": "member_damaged", "x/B": b"b" * 90}


def test_a_changed_byte_under_aes_is_told() -> None:
    data = bytearray(LOCKED["aes 256"])
    data[data.index(b"DICOMDIR") + 60] ^= 1
    source = opened(bytes(data), password=BIRTHDAY)
    assert content(source, "x/DICOMDIR") == "member_damaged"


@pytest.mark.parametrize("place", [12, -1])
def test_a_changed_byte_of_what_is_stored_under_aes_is_told(place: int) -> None:
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w") as packed:  # small and stored: its checksum is not in the archive
        packed.setpassword(b"p")
        packed.setencryption(pyzipper.WZ_AES, nbits=256)
        packed.writestr("A", b"a" * 15)
        packed.writestr("B", b"b" * 200)
    data = bytearray(out.getvalue())
    record = zipfile.ZipFile(io.BytesIO(out.getvalue())).getinfo("A")
    start = 30 + int.from_bytes(data[26:28], "little") + int.from_bytes(data[28:30], "little")
    data[start + record.compress_size - 1 if place < 0 else start + 18 + place] ^= 1
    assert everything(opened(bytes(data), password=b"p")) == {"x/A": "member_damaged", "x/B": b"b" * 200}


def test_a_password_is_checked_before_anything_is_unlocked() -> None:
    source = opened(archive([Part("A", b"a" * 99, password=b"p")]))
    with pytest.raises(MemberLocked):
        source.open(source.entries()[0])
    out = io.BytesIO(LOCKED["aes 128"])
    packed = open_container("zip", out, "x", bounds=Bounds())
    assert isinstance(packed, ZipSource)
    assert packed.unlock(BIRTHDAY)
    packed._password = b"another"
    assert set(everything(packed).values()) == {"locked"}, "not damaged: the password is the wrong one"


def test_an_archive_without_locks_has_nothing_to_unlock() -> None:
    source, lock = lockable(archive(parts(FILES)))
    assert not lock.locked
    assert not lock.unlock(b"anything")
    assert everything(source) == below("x", FILES)


def test_strong_encryption_and_unknown_methods_are_told() -> None:
    strong = Part("A", packed=b"??", method=8, flags=0x0041)
    unknown = Part("B", packed=b"??", method=98)
    assert everything(opened(archive([strong, unknown]))) == {"x/A": "packing_unknown", "x/B": "packing_unknown"}


# --- names -------------------------------------------------------------------------------------------------------


def test_names_that_lead_outside_are_labels() -> None:
    odd = [
        "../../evil",
        "/etc/passwd",
        "C:\\Windows\\x.dll",
        "a\\..\\b",
        "NUL",
        "com1.dcm",
        "a/./b//c",
        "..",
        "",
        "\x00a",
    ]
    found = everything(opened(archive(Part(name, b"%d" % number) for number, name in enumerate(odd))))
    assert found == {
        "x/__/__/evil": b"0", "x/etc/passwd": b"1", "x/C_/Windows/x.dll": b"2", "x/a/__/b": b"3", "x/_NUL": b"4",
        "x/_com1.dcm": b"5", "x/a/b/c": b"6", "x/__": b"7", "x/_": b"8", "x/_a": b"9",
    }  # fmt: skip


def test_a_link_is_named_and_not_followed() -> None:
    found = everything(opened(archive([link("report", "/etc/passwd"), pipe("fifo"), Part("IM1", b"1")])))
    assert found == {"x/report": "link_in_archive", "x/fifo": "not_a_file", "x/IM1": b"1"}


def test_two_members_of_one_name_are_both_there() -> None:
    found = everything(opened(archive([Part("IM1", b"one"), Part("IM1", b"two"), Part("IM1 (2)", b"three")])))
    assert sorted(found.values()) == [b"one", b"three", b"two"]
    assert {"x/IM1", "x/IM1 (2)"} < set(found)


def test_names_in_every_alphabet() -> None:
    damaged = Part("ä".encode() + b"\xff", b"0", flags=0x0800)  # declared to be UTF-8, and is not quite
    assert everything(opened(archive([damaged]))) == {"x/ä\ufffd": b"0"}
    members = [Part("Müller", b"1"), Part("Käse".encode("cp437"), b"2"), Part("Ärzte".encode(), b"3")]
    assert everything(opened(archive(members))) == {"x/Müller": b"1", "x/Käse": b"2", "x/Ärzte": b"3"}


def test_what_a_computer_wrote_for_itself_is_not_read() -> None:
    found = everything(opened(archive([Part("__MACOSX/IM1", b"x"), Part(".DS_Store", b"x"), Part("IM1", b"1")])))
    assert found == {"x/__MACOSX/IM1": "system_file", "x/.DS_Store": "system_file", "x/IM1": b"1"}


def test_a_folder_with_bytes_in_it_is_a_file() -> None:
    assert everything(opened(archive([Part("a/", b""), Part("b/", b"hidden")]))) == {"x/b": b"hidden"}


# --- damage ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("descriptor", [False, True])
@pytest.mark.parametrize("method", [0, 8, 9])
def test_an_archive_without_its_table_of_contents_is_an_incomplete_download(method: int, descriptor: bool) -> None:
    members = [Part(name, data, method, descriptor=descriptor) for name, data in FILES.items()]
    whole = archive(members)
    source = opened(whole[: whole.index(b"PK\1\2")])
    assert source.notes == ("archive_cut",)
    assert everything(source) == below("x", FILES)


@pytest.mark.parametrize("descriptor", [False, True])
@pytest.mark.parametrize("method", [0, 8])
def test_an_archive_cut_in_a_member_gives_those_before_it(method: int, descriptor: bool) -> None:
    members = [Part(name, data, method, descriptor=descriptor) for name, data in FILES.items()]
    source = opened(archive(members)[: sum(len(zip_writer.local(part)) for part in members[:3]) + 700])
    found = everything(source)
    assert source.notes == ("archive_cut",)
    assert [found[f"x/{name}"] for name in list(FILES)[:3]] == list(FILES.values())[:3]
    last = found.pop(f"x/{list(FILES)[3]}")
    assert last == "member_cut" or (descriptor and method == 0 and len(last) < 700), (
        "stored and unmeasured: no one can tell"
    )
    assert len(found) == 3


def test_a_member_without_any_size_ends_where_the_next_begins() -> None:
    headers = [zip_writer.local(Part(name, name.encode() * 50, descriptor=True)) for name in "AB"]
    source = opened(b"".join(header.replace(b"PK\7\x08", b"PK\0\0") for header in headers))
    assert everything(source) == {"x/A": b"A" * 50, "x/B": b"B" * 50}


def test_a_member_without_any_size_does_not_reach_into_the_table_of_contents() -> None:
    whole = archive([Part("A", b"a" * 50, 0, descriptor=True)]).replace(b"PK\7\x08", b"PK\0\0")
    found = everything(opened(whole[: whole.index(b"PK\5\6")]))["x/A"]
    assert isinstance(found, bytes)
    assert found.startswith(b"a" * 50)
    assert b"PK\1\2" not in found


def test_what_looks_like_the_end_of_a_member_amid_its_data_is_none() -> None:
    tricky = b"PK\7\x08" + bytes(range(24)) + b"PK\3\4" + bytes(range(200, 240))
    whole = archive([Part("A", tricky * 3, 0, descriptor=True), Part("B", b"b")])
    assert everything(opened(whole[: whole.index(b"PK\1\2")])) == {"x/A": tricky * 3, "x/B": b"b"}


def test_the_beginning_of_a_cut_member_is_handed_out_before_the_error() -> None:
    part = Part("IM1", files.image(1), 8)
    source = opened(zip_writer.local(part)[:3000])
    (entry,) = source.entries()
    assert entry.size == len(part.data)
    with source.open(entry) as stream:
        first = stream.read()
        assert part.data.startswith(first)
        assert len(first) > 1000
        with pytest.raises(Exception, match="MemberCut"):
            stream.read(1)


def test_a_cut_archive_without_one_header_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "cut.zip").write_bytes(archive(parts(FILES))[:20])
    with pytest.raises(SourceDamaged):
        open_source(tmp_path / "cut.zip")


def test_a_table_of_contents_that_is_wrong_is_not_believed() -> None:
    whole = archive(parts(FILES))
    for wrong in (whole.replace(b"PK\1\2", b"XX\1\2", 1), whole.replace(b"PK\1\2", b"XX\1\2").replace(b"XX", b"PK", 2)):
        source = opened(wrong)
        assert source.notes == ("archive_disagrees",)
        assert everything(source) == below("x", FILES)


@pytest.mark.parametrize("method", [0, 8, 9])
def test_a_bad_checksum_is_that_members_alone(method: int) -> None:
    members = parts(FILES, method)
    members[2] = Part(members[2].name, members[2].data, method, crc=1)
    found = everything(opened(archive(members)))
    bad = found.pop(f"x/{list(FILES)[2]}")
    assert bad == "member_damaged"
    assert found == {path: data for path, data in below("x", FILES).items() if path in found}
    assert len(found) == len(FILES) - 1


def test_a_window_that_would_fill_the_memory_is_not_made() -> None:
    greedy = struct.pack("<HHBI", 0, 5, 0x5D, 0xFFFFFFFF) + bytes(50)
    assert everything(opened(archive([Part("IM1", bytes(100), 14, packed=greedy)]))) == {"x/IM1": "packing_unknown"}


@pytest.mark.parametrize("method", [8, 9, 12, 14, 93, 95])
def test_junk_in_place_of_packed_bytes_is_told(method: int) -> None:
    junk = Part("IM1", bytes(100), method, packed=b"\xff" * 300)
    found = everything(opened(archive([junk, Part("IM2", b"fine")])))
    assert found.pop("x/IM2") == b"fine"
    assert found["x/IM1"] in ("member_damaged", "packing_unknown", "member_cut")


def test_a_member_whose_header_is_elsewhere_is_told() -> None:
    data = bytearray(archive(parts({"A": b"a" * 100, "B": b"b"}, 0)))
    data[0:4] = b"XXXX"
    source = open_container("zip", io.BytesIO(bytes(data)), "x", bounds=Bounds())
    assert everything(source) == {"x/A": "member_damaged", "x/B": b"b"}


def test_one_part_of_a_split_archive_is_told(tmp_path: Path) -> None:
    data = bytearray(archive(parts(FILES)))
    end = data.rindex(b"PK\5\6")
    data[end + 4 : end + 8] = b"\2\0\2\0"
    with pytest.raises(InParts):
        opened(bytes(data))
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(SourceInParts):
        open_source(tmp_path / "a.zip")


# --- bombs -------------------------------------------------------------------------------------------------------


def test_a_slice_of_air_is_a_picture_and_no_bomb() -> None:
    picture = containers.air()
    data = archive([Part("IM1", picture)])
    assert len(picture) / len(zip_writer.pack(picture, 8)) > 300
    assert everything(opened(data, bounds=Bounds(free_bytes=len(picture)))) == {"x/IM1": picture}


def test_a_bomb_stops_where_there_is_no_more_room() -> None:
    data = containers.bomb(1 << 30)
    assert len(data) < 2 << 20
    source = opened(data, bounds=Bounds(free_bytes=64 << 20))
    assert content(source, "x/IM1", 1 << 20) == "container_too_large"


def test_a_bomb_that_hides_its_size_stops_there() -> None:
    source = opened(containers.bomb(64 << 20, declared=1000))
    (entry,) = source.entries()
    with source.open(entry) as stream:
        assert stream.read(1 << 20) == bytes(1000)
        with pytest.raises(Exception, match="MemberGrows"):
            stream.read(1)


def test_members_over_one_another_cannot_outgrow_the_room() -> None:
    block = bytes(1 << 20)
    many = archive([Part("IM1", block)] * 1 + [Part(f"IM{number}", block) for number in range(2, 20)])
    found = everything(opened(many, bounds=Bounds(free_bytes=10 << 20)), 1 << 20)
    assert sum(data == "container_too_large" for data in found.values()) == 9


def test_too_many_entries_are_refused_before_they_fill_the_memory() -> None:
    many = archive(Part(f"{number}", b"", 0) for number in range(1001))
    assert len(opened(many, bounds=Bounds(entries=1001)).entries()) == 1001
    with pytest.raises(TooManyEntries):
        opened(many, bounds=Bounds(entries=1000))


# --- archives in archives ----------------------------------------------------------------------------------------


def inside(source: Source, entry: Entry, depth: int) -> Source:
    stream = seekable(source, entry)
    kind = container_kind(stream.read(4096))
    stream.seek(0)
    assert kind == "zip"
    return open_container(kind, stream, entry.path, bounds=Bounds(depth=depth))


def test_archives_in_archives_are_opened_three_deep_and_no_deeper() -> None:
    source = opened(containers.nested(5, FILES), "a.zip")
    for depth in (1, 2, 3):
        (entry,) = source.entries()
        source = inside(source, entry, depth)
    (entry,) = source.entries()
    assert entry.path == "a.zip/inner3.zip/inner2.zip/inner1.zip/inner0.zip"
    with pytest.raises(NestedTooDeep):
        inside(source, entry, 4)


def test_a_disc_image_in_an_archive_is_read_without_unpacking_it_anywhere() -> None:
    image = iso_writer.known(FILES, joliet=True)
    source = opened(archive([Part("disc.iso", image)]), "a.zip")
    (entry,) = source.entries()
    inner = open_container("iso", seekable(source, entry), entry.path, bounds=Bounds(depth=1))
    assert everything(inner) == below("a.zip/disc.iso", FILES)


def test_nested_archives_share_one_room() -> None:
    bounds = Bounds(free_bytes=3 << 20)
    data = archive([Part(f"IM{number}", bytes(1 << 20)) for number in range(2)])
    for _ in range(2):
        found = everything(open_container("zip", io.BytesIO(data), "x", bounds=bounds))
    assert list(found.values()).count("container_too_large") == 1


def test_a_stored_member_can_be_read_from_any_place() -> None:
    data = bytes(range(256)) * 40
    source = opened(archive([Part("IM1", data, 0)]))
    with source.open(source.entries()[0]) as stream:
        assert stream.seekable()
        stream.seek(5000)
        assert stream.read(100) == data[5000:5100]
        stream.seek(0)
        assert stream.read() == data


def test_a_kind_that_is_none_is_refused() -> None:
    with pytest.raises(NotAContainer):
        open_container("rar", io.BytesIO(b"Rar!"), "x", bounds=Bounds())


def test_a_stream_that_cannot_go_back_is_refused_in_words() -> None:
    source = opened(containers.nested(2, FILES), "a.zip")
    (entry,) = source.entries()
    with pytest.raises(PackingUnknown):
        open_container("zip", source.open(entry), entry.path, bounds=Bounds(depth=1))

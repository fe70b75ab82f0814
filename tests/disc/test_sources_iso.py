"""Disc images: every dialect gives the same files, and nothing that lies on a disc is lost."""

from pathlib import Path

import pytest
from makers import containers, iso_writer
from makers.iso_writer import ROCK_RIDGE, SECTOR, Record, Writer, susp
from sources_reading import below, content, everything, opened

from app.disc.sources import Bounds, open_source
from app.disc.sources.errors import NotAContainer
from app.errors import ContainerError, PureUdfImage, RawSectorImage, SourceDamaged

FILES = containers.disc_files()
LONG = {"Exam of March/Ärzte/a long name, in mixed Case.dcm": b"one", "Exam of March/b.dcm": b"two", "c.d.e": b"3"}
DIALECTS = {
    "level 1": {},
    "joliet": {"joliet": True},
    "rock ridge 1.09": {"rock_ridge": "1.09"},
    "rock ridge 1.12": {"rock_ridge": "1.12"},
    "rock ridge and joliet": {"rock_ridge": "1.09", "joliet": True},
    "udf bridge": {"udf": True},
    "all": {"rock_ridge": "1.09", "joliet": True, "udf": True},
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_gives_the_same_files(dialect: str) -> None:
    source = opened(iso_writer.known(FILES, **DIALECTS[dialect]))
    assert (source.kind, source.sessions, source.notes) == ("iso", 1, ())
    assert everything(source) == below("x", FILES)


@pytest.mark.parametrize("dialect", ["joliet", "rock ridge 1.09", "all"])
def test_long_names_come_from_the_dialect_that_has_them(dialect: str) -> None:
    source = opened(iso_writer.known(LONG, **DIALECTS[dialect], plain=False))
    assert everything(source) == below("x", LONG)


def test_our_own_writer_agrees_with_the_known_one() -> None:
    assert everything(opened(iso_writer.simple(FILES))) == below("x", FILES)
    assert everything(opened(iso_writer.simple(LONG, joliet=True)))["x/Exam of March/b.dcm"] == b"two"


def test_an_image_chosen_by_the_person_has_the_paths_of_the_disc(tmp_path: Path) -> None:
    (tmp_path / "disc.dat").write_bytes(iso_writer.known(FILES))
    source = open_source(tmp_path / "disc.dat")
    assert (source.kind, source.label) == ("iso", "disc.dat")
    assert everything(source) == FILES
    paths = [entry.path for entry in source.entries()]
    assert paths == sorted(paths, key=str.encode)
    source.close()


# --- cut ---------------------------------------------------------------------------------------------------------


def test_a_cut_image_lists_every_file_and_gives_what_there_is() -> None:
    cut = iso_writer.of_records(
        [Record(b"A;1", 18, 3000), Record(b"B;1", 30, 5000), Record(b"C;1", 40, 5000)], content=b"a" * 3000
    ).ljust(31 * SECTOR, b"b")
    source = opened(cut)
    assert source.notes == ("image_cut",)
    assert {entry.path: entry.size for entry in source.entries()} == {"x/A": 3000, "x/B": 5000, "x/C": 5000}
    assert everything(source) == {"x/A": b"a" * 3000, "x/B": b"b" * SECTOR, "x/C": b""}


@pytest.mark.parametrize("kept", [0.6, 0.75, 0.9])
def test_an_image_cut_anywhere_declares_what_is_missing(kept: float) -> None:
    whole = iso_writer.known(FILES, rock_ridge="1.09")
    source = opened(whole[: int(len(whole) * kept)])
    found = everything(source)
    assert set(found) == set(below("x", FILES))
    assert source.notes == ("image_cut",)
    short = {entry.path for entry in source.entries() if len(found[entry.path]) < entry.size}
    assert short
    assert all(below("x", FILES)[path].startswith(bytes(found[path])) for path in found)


def test_a_folder_behind_the_cut_is_a_line_of_its_own() -> None:
    source = opened(iso_writer.of_records([Record(b"A;1", 18, 3), Record(b"GONE", 900, SECTOR, 2)], content=b"abc"))
    assert everything(source) == {"x/A": b"abc", "x/GONE": "folder_unreadable"}


def test_an_image_without_any_folder_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "cut.iso").write_bytes(iso_writer.simple(FILES)[: 17 * SECTOR - 100])
    with pytest.raises(SourceDamaged):
        open_source(tmp_path / "cut.iso")


# --- several sessions --------------------------------------------------------------------------------------------


def two_sessions(*, imported: bool) -> bytes:
    writer = Writer()
    writer.session({"DICOMDIR": b"old index", "EXAM1/IM1": b"one", "EXAM1/IM2": b"two"})
    old = {path: place for path, place in writer.places.items() if imported and path == "EXAM1/IM1"}
    writer.session({"DICOMDIR": b"new index", "EXAM2/IM1": b"three"}, old=old)
    return bytes(writer.data)


def test_the_last_session_is_what_a_computer_shows_and_nothing_older_is_lost() -> None:
    source = opened(two_sessions(imported=True))
    assert (source.sessions, source.notes) == (2, ("older_sessions",))
    assert everything(source) == below("x", {
        "DICOMDIR": b"new index", "EXAM1/IM1": b"one", "EXAM2/IM1": b"three",
        "session 1/DICOMDIR": b"old index", "session 1/EXAM1/IM2": b"two",
    })  # fmt: skip


def test_a_session_that_forgets_the_first_hides_nothing() -> None:
    found = everything(opened(two_sessions(imported=False)))
    assert found["x/session 1/EXAM1/IM1"] == b"one"
    assert len(found) == 5


def test_three_sessions_with_other_names_beside() -> None:
    writer = Writer()
    for number in (1, 2, 3):
        writer.session({f"IM{number}": bytes([number]) * number}, joliet=True)
    source = opened(bytes(writer.data))
    assert source.sessions == 3
    assert everything(source) == below("x", {"IM3": b"\3" * 3, "session 2/IM2": b"\2\2", "session 1/IM1": b"\1"})


def test_a_rewritable_disc_shows_its_newest_session_first_and_hides_no_older_one() -> None:
    writer = Writer(bytearray(32 * SECTOR))
    writer.session({"IM1": b"one", "IM2": b"two"})
    newest = writer.session({"IM3": b"three"}, old={"IM1": writer.places["IM1"]})
    writer.put(16 * SECTOR, bytes(writer.data[(newest + 16) * SECTOR : (newest + 18) * SECTOR]))
    source = opened(bytes(writer.data))
    assert source.sessions == 2
    assert everything(source) == below("x", {"IM1": b"one", "IM3": b"three", "session 1/IM2": b"two"})


def test_a_last_session_without_those_before_it_is_damaged() -> None:
    writer = Writer()
    writer.session({"IM1": b"one"})
    start = writer.session({"IM2": b"two"})
    with pytest.raises(NotAContainer):
        opened(bytes(writer.data[start * SECTOR :]))


def test_an_image_that_lies_on_a_disc_is_no_session_of_it() -> None:
    writer = Writer()
    writer.session({"A/IM1": b"one"})  # its folder lies where the inner image has its root
    writer.session({"IM2": b"two", "BACKUP.ISO": iso_writer.simple({"OTHER": b"x"})})
    source = opened(bytes(writer.data))
    assert source.sessions == 2
    assert set(everything(source)) == {"x/IM2", "x/BACKUP.ISO", "x/session 1/A/IM1"}


def test_a_file_that_only_the_lesser_tree_lists_is_found() -> None:
    writer = Writer()
    writer.session({"IM1": b"one", "IM2": b"two"}, joliet=True)
    joliet_root = int.from_bytes(writer.data[17 * SECTOR + 158 : 17 * SECTOR + 162], "little")
    place = writer.data.index(b"\0I\0M\0002", joliet_root * SECTOR) - 33
    writer.data[place : place + 64] = bytes(64)
    assert everything(opened(bytes(writer.data))) == below("x", {"IM1": b"one", "IM2": b"two"})


# --- other file systems and raw copies ---------------------------------------------------------------------------


UDF = iso_writer.udf_alone(iso_writer.known(FILES, udf=True))


def test_a_plain_udf_volume_is_read() -> None:
    source = opened(UDF)
    assert (source.kind, source.sessions, source.notes) == ("iso", 1, ())
    assert everything(source) == below("x", FILES)
    long = iso_writer.known(LONG, udf=True, plain=False)
    assert everything(opened(iso_writer.udf_alone(long))) == below("x", LONG)


def test_a_udf_volume_that_only_a_computer_reads_is_said_to_be_mounted(tmp_path: Path) -> None:
    (tmp_path / "disc.iso").write_bytes(iso_writer.virtual_udf(FILES))
    with pytest.raises(PureUdfImage):
        open_source(tmp_path / "disc.iso")


def test_udf_names_in_every_alphabet() -> None:
    files = {"Снимки/Käse": b"one", "ASCII": b"two"}
    assert everything(opened(iso_writer.udf_alone(iso_writer.known(files, udf=True, plain=False)))) == below("x", files)


def test_the_copy_of_the_udf_descriptors_stands_in_for_the_first() -> None:
    image = bytearray(UDF)
    first = iso_writer.udf_descriptors(UDF, 6)[0]
    image[first : first + 16] = bytes(16)
    assert everything(opened(bytes(image))) == below("x", FILES)


def test_what_was_deleted_from_a_udf_folder_is_not_listed() -> None:
    image = bytearray(UDF)
    image[image.index(b"\x08DICOMDIR") - 38 + 18] |= 0x04
    assert set(below("x", FILES)) - set(everything(opened(bytes(image)))) == {"x/DICOMDIR"}


def test_a_udf_folder_that_was_never_written_is_a_line_of_its_own() -> None:
    image = bytearray(UDF)
    at = [at for at in iso_writer.udf_descriptors(UDF, 261) if image[at + 27] == 4][-1]
    image[at + 176 + int.from_bytes(image[at + 168 : at + 172], "little") + 3] |= 0x40
    lost = [reason for reason in everything(opened(bytes(image))).values() if isinstance(reason, str)]
    assert lost == ["folder_unreadable"]


def test_a_udf_volume_may_end_anywhere() -> None:
    for length in [*range(17 * SECTOR, 40 * SECTOR, 700), *range(257 * SECTOR - 60, len(UDF), 1111)]:
        try:
            source = opened(UDF[:length])
        except ContainerError:
            continue
        assert set(everything(source)) <= set(below("x", FILES)) | {"x/DICOM", "x/DICOM/ST000001"} | {
            f"x/DICOM/ST000001/SE00000{number}" for number in (1, 2)
        }


def test_a_file_that_the_udf_side_alone_lists_is_found() -> None:
    image = bytearray(iso_writer.known(FILES, udf=True))
    place = image.index(b"\x0cIM000002.;1") - 32 if b"\x0cIM000002.;1" in image else image.index(b"IM000002") - 33
    image[place : place + image[place]] = bytes(image[place])
    found = everything(opened(bytes(image)))
    assert sorted(map(bytes, found.values())) == sorted(FILES.values())


def test_bytes_that_stand_in_the_file_entry_itself_are_read() -> None:
    image = bytearray(UDF)
    for at in iso_writer.udf_descriptors(UDF, 261):
        if image[at + 27] == 5:
            image[at + 34] = 3
            image[at + 56 : at + 64] = (5).to_bytes(8, "little")
            image[at + 168 : at + 176] = (0).to_bytes(4, "little") + (5).to_bytes(4, "little")
            image[at + 176 : at + 181] = b"small"
    assert everything(opened(bytes(image))) == below("x", dict.fromkeys(FILES, b"small"))


@pytest.mark.parametrize(("kind", "reason"), [(12, "link_in_archive"), (6, "not_a_file"), (9, "not_a_file")])
def test_links_and_devices_of_udf_are_named(kind: int, reason: str) -> None:
    image = bytearray(UDF)
    for at in iso_writer.udf_descriptors(UDF, 261):
        if image[at + 27] == 5:
            image[at + 27] = kind
    assert everything(opened(bytes(image))) == dict.fromkeys(below("x", FILES), reason)


def test_udf_bytes_that_were_never_written_are_not_made_up() -> None:
    image = bytearray(UDF)
    (at, *_) = [at for at in iso_writer.udf_descriptors(UDF, 261) if image[at + 27] == 5]
    extended = int.from_bytes(image[at + 168 : at + 172], "little")
    image[at + 176 + extended + 3] |= 0x40
    assert sum(data == "packing_unknown" for data in everything(opened(bytes(image))).values()) == 1


def test_udf_files_and_folders_that_cannot_be_read_are_lines_of_their_own() -> None:
    entries = iso_writer.udf_descriptors(UDF, 261)
    for at in entries[1:]:
        image = bytearray(UDF)
        image[at : at + 16] = bytes(16)
        found = everything(opened(bytes(image)))
        lost = [reason for reason in found.values() if isinstance(reason, str)]
        assert lost in (["member_damaged"], ["folder_unreadable"])


@pytest.mark.parametrize("mode", [1, 2])
def test_a_raw_copy_is_read_through_its_sectors(mode: int) -> None:
    source = opened(iso_writer.raw_sectors(iso_writer.known(FILES, joliet=True), mode))
    assert everything(source) == below("x", FILES)


def test_a_raw_copy_of_something_else_is_told(tmp_path: Path) -> None:
    (tmp_path / "music.bin").write_bytes(iso_writer.raw_sectors(bytes(40 * SECTOR)))
    with pytest.raises(RawSectorImage):
        open_source(tmp_path / "music.bin")


# --- odd records -------------------------------------------------------------------------------------------------


def names(*raw: bytes) -> set[str]:
    records = [Record(name, 18, 3) for name in raw]
    return {path.removeprefix("x/") for path in everything(opened(iso_writer.of_records(records, content=b"abc")))}


def test_odd_names_are_labels() -> None:
    assert names(b"IM1;1", b"IM2.;1", b"IM3.DCM;12", b"a;b", b"im4", b"1.2.840;1", b"A.B.;1") == {
        "IM1", "IM2", "IM3.DCM", "a;b", "im4", "1.2.840", "A.B.",
    }  # fmt: skip
    assert names(b"..\\..\\ETC;1", b"/ABS;1", b"C:EVIL;1", b"NUL;1", b"\xff\xfe;1", b"A\x1fB;1") == {
        "__/__/ETC", "ABS", "C_EVIL", "_NUL", "\u00a0■", "A_B",
    }  # fmt: skip


def test_two_records_of_one_name_are_both_there() -> None:
    image = iso_writer.of_records([Record(b"IM1;1", 18, 1), Record(b"IM1;1", 18, 2)], content=b"ab")
    assert everything(opened(image)) == {"x/IM1": b"a", "x/IM1 (2)": b"ab"}


def test_a_record_with_a_wrong_length_costs_only_the_rest_of_its_sector() -> None:
    files = {f"IM{number:04d}": str(number).encode() for number in range(200)}
    image = bytearray(iso_writer.simple(files))
    root = int.from_bytes(image[16 * SECTOR + 158 : 16 * SECTOR + 162], "little") * SECTOR
    at, last = root, root
    while image[at] and at < root + SECTOR:
        at, last = at + image[at], at
    image[last] = 200  # it would reach into the next sector
    found = everything(opened(bytes(image)))
    assert len(found) == len(files) - 1


def test_links_and_devices_are_named_and_not_followed() -> None:
    mode = lambda bits: susp(b"PX", bits.to_bytes(4, "little") + bytes(28))  # noqa: E731 - a word for one test
    image = iso_writer.of_records(
        [
            Record(b"A.;1", 18, 0, use=susp(b"NM", b"\0link") + susp(b"SL", b"\0\0\5/etc/") + mode(0o120777)),
            Record(b"B.;1", 18, 3, use=susp(b"NM", b"\1Lo") + susp(b"NM", b"\0ng.dcm") + mode(0o100644)),
            Record(b"C.;1", 18, 0, use=susp(b"NM", b"\0pipe") + mode(0o010644)),
            Record(b"E.;1", 18, 0, use=susp(b"NM", b"\0bare") + susp(b"SL", b"\0\0\5/etc/")),
            Record(b"D.;1", 18, 3, use=susp(b"NM", b"\0squeezed") + susp(b"ZF", bytes(12))),
        ],
        content=b"abc",
        root_use=ROCK_RIDGE,
    )
    assert everything(opened(image)) == {
        "x/link": "link_in_archive", "x/bare": "link_in_archive", "x/Long.dcm": b"abc",
        "x/pipe": "not_a_file", "x/squeezed": "packing_unknown",
    }  # fmt: skip


def test_a_file_in_several_extents_is_one() -> None:
    image = iso_writer.of_records(
        [Record(b"IM1;1", 18, SECTOR, 0x80), Record(b"IM1;1", 19, 5), Record(b"IM2;1", 18, 2)],
        content=b"a" * SECTOR + b"bcdef",
    )
    assert everything(opened(image)) == {"x/IM1": b"a" * SECTOR + b"bcdef", "x/IM2": b"aa"}


def test_an_interleaved_file_is_put_together() -> None:
    sectors = b"".join(letter * SECTOR for letter in (b"a", b"-", b"b", b"-", b"c"))
    image = iso_writer.of_records([Record(b"IM1;1", 18, 2 * SECTOR + 9, unit=1, gap=1)], content=sectors)
    assert everything(opened(image)) == {"x/IM1": b"a" * SECTOR + b"b" * SECTOR + b"c" * 9}


def test_folders_that_go_round_in_a_circle_are_walked_once() -> None:
    image = iso_writer.of_records(
        [Record(b"A;1", 18, 3), Record(b"LOOP", 19, SECTOR, 2), Record(b"AGAIN", 19, SECTOR, 2)], content=b"abc"
    )
    assert everything(opened(image)) == {"x/A": b"abc"}


def test_a_folder_that_was_moved_for_its_depth_stands_where_it_belongs() -> None:
    deep = "/".join(f"D{number}" for number in range(1, 11))
    files = {f"{deep}/IM1": b"deep", "IM2": b"flat"}
    assert everything(opened(iso_writer.known(files, rock_ridge="1.09"))) == below("x", files)


def test_a_moved_folder_that_nothing_leads_back_to_is_read_where_it_is() -> None:
    writer = Writer(bytearray(18 * SECTOR))
    inner = writer.folder([Record(b"IM1;1", writer.append(b"one"), 3)], None)
    moved = Record(b"DEEP", inner.extent, inner.size, 2, susp(b"NM", b"\0Deep") + susp(b"RE", b""))
    root = writer.folder([moved], None, ROCK_RIDGE)
    writer.put(16 * SECTOR, iso_writer.descriptor(root, 99))
    assert everything(opened(bytes(writer.data))) == {"x/Deep/IM1": b"one"}


def test_many_files_fill_several_sectors() -> None:
    files = {f"DICOM/IM{number:04d}": str(number).encode() for number in range(300)}
    assert everything(opened(iso_writer.simple(files))) == below("x", files)


def test_files_over_one_place_cannot_unpack_to_more_than_there_is_room() -> None:
    records = [Record(b"IM%d;1" % number, 18, 6000) for number in range(20)]
    image = iso_writer.of_records(records, content=bytes(6000))
    source = opened(image, bounds=Bounds(free_bytes=20_000))
    found = everything(source)
    refused = sum(content == "container_too_large" for content in found.values())
    assert refused == 20 - (len(image) + 20_000) // 6000
    assert content(source, "x/IM0") == bytes(6000), "what was read once costs nothing again"


def test_a_whole_disc_is_read_where_there_is_no_room_at_all() -> None:
    assert everything(opened(iso_writer.known(FILES), bounds=Bounds(free_bytes=0))) == below("x", FILES)

"""Cases 76 to 93: what a disc comes packed in, rightly, wrongly, locked, and in order to do harm."""

import io
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import pyzipper
from accounting import Loads, counts, outcomes, reasons
from makers import containers, files, iso_writer, reports, zip_writer
from makers.faulty import BLOCK, FaultySource, Trouble
from makers.iso_writer import Writer
from makers.zip_writer import Part, archive, link, parts

from app.disc.outcomes import LOST, LoadReport, Outcome, State
from app.disc.reading import Locked
from app.disc.report import summary
from app.disc.sources import Bounds, open_container
from app.errors import PureUdfImage
from app.places import words
from app.services.explain import explain

FILES = containers.disc_files()
IMAGES = {path: data for path, data in FILES.items() if path != "DICOMDIR"}
BIRTHDAY = "19700102"


def nobody(_: Locked) -> str | None:
    return None


class Opened:
    """Loads containers from a folder, each beside its truth, and twice."""

    def __init__(self, loads: Loads, folder: Path) -> None:
        self.loads, self.folder = loads, folder
        folder.mkdir()

    def __call__(
        self,
        data: bytes,
        truth: Mapping[str, bytes] = FILES,
        name: str = "disc",
        password: Callable[[Locked], str | None] = nobody,
    ) -> LoadReport:
        (self.folder / name).write_bytes(data)
        report = self.loads(self.folder / name, truth=truth, password=password)
        self.loads.again(self.folder / name, truth=truth, password=password)
        assert [path.name for path in self.folder.iterdir()] == [name], "nothing is unpacked beside it"
        return report

    def within(self, data: bytes, free: int, truth: Mapping[str, bytes]) -> LoadReport:
        """Load where there is not more room than this."""
        bounds = Bounds(free_bytes=free)
        source = open_container("zip", io.BytesIO(data), "disc", bounds=bounds)
        return self.loads(source, truth={f"disc/{path}": content for path, content in truth.items()})


@pytest.fixture
def opened(loads: Loads, tmp_path: Path) -> Opened:
    return Opened(loads, tmp_path / "put in")


def whole(report: LoadReport, loads: Loads) -> bool:
    """The disc of the makers is here, and complete."""
    kept = {path: data for path, data in loads.kept().items() if path != "DICOMDIR"}
    return report.state is State.COMPLETE and kept == IMAGES and not report.dicomdir.missing


# --- disc images -------------------------------------------------------------------------------------------------


DIALECTS = {
    "level 1": iso_writer.known(FILES),
    "Joliet": iso_writer.known(FILES, joliet=True),
    "Rock Ridge": iso_writer.known(FILES, rock_ridge="1.09"),
    "all of them": iso_writer.known(FILES, joliet=True, rock_ridge="1.12"),
    "UDF bridge": iso_writer.known(FILES, udf=True),
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_76_every_dialect_of_a_disc_image_gives_the_same_files(opened: Opened, loads: Loads, dialect: str) -> None:
    report = opened(DIALECTS[dialect])
    assert whole(report, loads)
    assert set(outcomes(report)) == set(FILES)
    assert report.origin.kind == "iso"


@pytest.mark.parametrize("kept", [0.75, 0.9, 0.97])
def test_77_an_image_that_is_cut_names_what_is_short(opened: Opened, loads: Loads, kept: float) -> None:
    image = iso_writer.known(FILES)
    cut = image[: int(len(image) * kept)]
    report = opened(cut, {})
    assert report.state is State.INCOMPLETE
    assert "image_cut" in report.origin.notes
    assert set(outcomes(report)) == set(FILES), "each listed file has its line"
    short = {path for path, outcome in outcomes(report).items() if outcome in LOST}
    assert short
    assert Outcome.EMPTY not in outcomes(report).values(), "what was cut off is not empty"
    for path in set(IMAGES) - short:
        assert loads.kept()[path] == IMAGES[path]


def test_78_every_session_of_a_disc_is_read(opened: Opened, loads: Loads) -> None:
    pictures = [files.image(number) for number in (1, 2, 3)]
    writer = Writer()
    writer.session({"EXAM1/IM1": pictures[0], "EXAM1/IM2": pictures[1]})
    writer.session({"EXAM2/IM1": pictures[2]}, old={"EXAM1/IM1": writer.places["EXAM1/IM1"]})
    report = opened(bytes(writer.data), {
        "EXAM1/IM1": pictures[0], "EXAM2/IM1": pictures[2], "session 1/EXAM1/IM2": pictures[1],
    })  # fmt: skip
    assert counts(report) == {Outcome.IMAGE: 3}
    assert sorted(loads.kept().values()) == sorted(pictures)
    assert (report.origin.sessions, report.origin.notes) == (2, ("older_sessions",))
    assert report.state is State.COMPLETE_WITH_NOTES


def test_79_a_plain_udf_volume_is_read(opened: Opened, loads: Loads) -> None:
    assert whole(opened(iso_writer.udf_alone(iso_writer.known(FILES, udf=True))), loads)


def test_79_one_that_only_a_computer_reads_is_said_to_be_mounted(loads: Loads, tmp_path: Path) -> None:
    (tmp_path / "disc.iso").write_bytes(iso_writer.virtual_udf(FILES))
    with pytest.raises(PureUdfImage) as caught:
        loads(tmp_path / "disc.iso")
    assert "double" in explain(caught.value).hint, "it says how"
    assert loads.images() == 0


ODD = ("a name with blanks", "Käse und Brot", "снимок 1", "x" * 60, "dots..in.it", "semi;colon", "-rf")


def test_80_odd_names_are_only_labels(opened: Opened, loads: Loads) -> None:
    odd = {f"Exam of March/{name}": files.image(number) for number, name in enumerate(ODD, 1)}
    report = opened(iso_writer.known(odd, joliet=True, plain=False), odd)
    assert counts(report) == {Outcome.IMAGE: len(ODD)}
    assert sorted(loads.kept().values()) == sorted(odd.values())


# --- archives ----------------------------------------------------------------------------------------------------


def test_81_the_packing_of_large_archives_of_windows(opened: Opened, loads: Loads) -> None:
    assert whole(opened(archive(parts(FILES, 9))), loads)


def aes() -> bytes:
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as packed:
        packed.setpassword(BIRTHDAY.encode())
        for name, data in FILES.items():
            packed.writestr(name, data)
    return out.getvalue()


LOCKED = {"ZipCrypto": archive(parts(FILES, password=BIRTHDAY.encode())), "AES": aes()}


class Typed:
    """Types one password after another."""

    def __init__(self, *passwords: str | None) -> None:
        self.passwords = list(passwords)
        self.asked: list[Locked] = []

    def __call__(self, locked: Locked) -> str | None:
        self.asked.append(locked)
        return self.passwords.pop(0)


@pytest.mark.parametrize("lock", LOCKED)
def test_82_the_right_password_opens_it(opened: Opened, loads: Loads, lock: str) -> None:
    assert whole(opened(LOCKED[lock], password=lambda _: BIRTHDAY), loads)


@pytest.mark.parametrize("lock", LOCKED)
def test_82_a_wrong_password_is_told_and_asked_again(opened: Opened, loads: Loads, lock: str) -> None:
    typed = Typed("19700201", BIRTHDAY)
    (opened.folder / "disc").write_bytes(LOCKED[lock])
    report = loads(opened.folder / "disc", truth=FILES, password=typed)
    assert [asked.wrong for asked in typed.asked] == [False, True]
    assert whole(report, loads)


@pytest.mark.parametrize("lock", LOCKED)
def test_82_without_the_password_each_file_waits(opened: Opened, loads: Loads, lock: str) -> None:
    report = opened(LOCKED[lock])
    assert counts(report) == {Outcome.ENCRYPTED: len(FILES)}
    assert set(reasons(report).values()) == {"locked"}
    assert loads.images() == 0
    assert report.state is State.COMPLETE_WITH_NOTES


def test_82_a_locked_archive_on_a_disc_is_asked_about_too(loads: Loads, tmp_path: Path) -> None:
    (tmp_path / "disc").mkdir()
    (tmp_path / "disc" / "exam.zip").write_bytes(LOCKED["AES"])
    report = loads(tmp_path / "disc", truth={}, password=lambda _: BIRTHDAY)
    assert loads.images() == len(IMAGES)
    assert reasons(report)["exam.zip"] == "container_opened"


@pytest.mark.parametrize("lock", LOCKED)
def test_83_the_birth_date_is_never_tried_without_being_typed(
    opened: Opened, loads: Loads, lock: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.disc.sources.zips.source import ZipSource

    tried: list[bytes] = []
    real = ZipSource.unlock

    def unlock(self: ZipSource, password: bytes) -> bool:
        tried.append(password)
        return real(self, password)

    monkeypatch.setattr(ZipSource, "unlock", unlock)
    loads(opened.folder.parent / _written(opened.folder.parent, "known", IMAGES))  # the birth date is in the record
    opened(LOCKED[lock])
    assert tried == []
    typed = Typed("", None)
    loads(opened.folder / "disc", truth=FILES, password=typed)
    assert set(tried) == {b""}, "only what was typed"


def test_83_the_birth_date_is_offered_as_a_hint(
    loads: Loads, opened: Opened, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from app.cli import load_command

    for stream in ("sys.stdin", "sys.stderr"):
        monkeypatch.setattr(f"{stream}.isatty", lambda: True)
    monkeypatch.setattr(load_command.getpass, "getpass", lambda *_, **__: "")
    (opened.folder / "disc").write_bytes(LOCKED["AES"])
    loads(opened.folder / "disc", truth=FILES, password=load_command._Password(None))
    assert "birth date as its password" in capsys.readouterr().err
    assert loads.images() == 0


def _written(folder: Path, name: str, contents: Mapping[str, bytes]) -> str:
    for path, data in contents.items():
        (folder / name / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / name / path).write_bytes(data)
    return name


EVIL = (
    "../../outside", "/etc/passwd", "C:\\Windows\\evil", "\\\\server\\share\\evil", "CON", "a/../../../outside",
    "NUL.dcm", "..\\..\\outside", "aux/IM1",
)  # fmt: skip


def test_84_no_name_in_an_archive_leads_outside(opened: Opened, loads: Loads, tmp_path: Path) -> None:
    before = {path for path in tmp_path.rglob("*") if "vault" not in path.parts}
    pictures = [files.image(number) for number in range(1, len(EVIL) + 1)]
    report = opened(archive(Part(name, data) for name, data in zip(EVIL, pictures, strict=True)), {})
    assert counts(report) == {Outcome.IMAGE: len(EVIL)}
    assert sorted(loads.kept().values()) == sorted(pictures)
    assert not any(path.startswith("/") or ".." in path.split("/") or "\\" in path for path in outcomes(report))
    after = {path for path in tmp_path.rglob("*") if "vault" not in path.parts}
    assert {path.name for path in after - before} == {"disc"}, "nothing was written but what the test put in"


def test_85_a_link_is_named_and_not_followed(opened: Opened, loads: Loads) -> None:
    report = opened(archive([link("IM0", "/etc/passwd"), link("IM1", "../../x"), *parts(IMAGES)]), IMAGES)
    assert reasons(report)["IM0"] == reasons(report)["IM1"] == "link_in_archive"
    assert counts(report) == {Outcome.IMAGE: len(IMAGES), Outcome.NOT_RECORD: 2}
    assert set(loads.kept().values()) == set(IMAGES.values())


def test_86_two_entries_of_one_name_are_both_loaded(opened: Opened, loads: Loads) -> None:
    one, two = files.image(1), files.image(2)
    report = opened(archive([Part("IM1", one), Part("IM1", two)]), {})
    assert counts(report) == {Outcome.IMAGE: 2}
    assert sorted(loads.kept().values()) == sorted([one, two])


def test_87_a_bomb_of_a_gigabyte_is_stopped_and_the_rest_is_read(opened: Opened, loads: Loads) -> None:
    size, block = 1 << 30, bytes(1 << 20)
    crc = 0
    for _ in range(size >> 20):
        crc = zip_writer.zlib.crc32(block, crc)
    bomb = Part("ZBOMB", packed=containers.zeros(size), size=size, crc=crc)
    data = archive([*parts(IMAGES), bomb])
    assert len(data) < 2 << 20
    report = opened.within(data, 256 << 20, IMAGES)
    assert reasons(report)["disc/ZBOMB"] == "container_too_large"
    assert outcomes(report)["disc/ZBOMB"] is Outcome.UNREADABLE
    assert loads.images() == len(IMAGES)
    assert report.state is State.INCOMPLETE


def test_88_a_slice_of_air_is_a_picture_and_no_bomb(opened: Opened, loads: Loads) -> None:
    picture = containers.air(1024)
    packed = archive([Part("IM1", picture)])
    assert len(picture) / len(zip_writer.pack(picture, 8)) > 500
    report = opened.within(packed, len(picture), {"IM1": picture})
    assert counts(report) == {Outcome.IMAGE: 1}
    assert loads.kept()["disc/IM1"] == picture


@pytest.mark.parametrize("at", ["the table", "a member"])
def test_89_a_cut_archive_is_an_incomplete_download(opened: Opened, loads: Loads, at: str) -> None:
    data = archive(parts(FILES))
    place = data.index(b"PK\1\2") if at == "the table" else data.rindex(b"PK\3\4") + 500
    report = opened(data[:place], {path: content for path, content in FILES.items() if path != max(IMAGES)})
    assert "archive_cut" in report.origin.notes
    assert report.state is State.INCOMPLETE
    assert loads.images() >= len(IMAGES) - 1


def test_90_a_bad_checksum_is_that_files_alone(opened: Opened, loads: Loads) -> None:
    bad = min(IMAGES)
    members = [Part(name, data, crc=1 if name == bad else None) for name, data in FILES.items()]
    report = opened(archive(members))
    assert (outcomes(report)[bad], reasons(report)[bad]) == (Outcome.DAMAGED, "member_damaged")
    assert (loads.images(), loads.damaged()) == (len(IMAGES), 1)
    assert report.dicomdir.missing == (), "it is on the disc, and cannot be read"
    assert report.state is State.INCOMPLETE


@pytest.mark.parametrize("depth", [2, 3, 4])
def test_91_archives_in_archives_are_read_three_deep(opened: Opened, loads: Loads, depth: int) -> None:
    report = opened(containers.nested(depth, FILES), {})
    assert loads.images() == len(IMAGES)
    assert report.counts["images_new"] == len(IMAGES)
    assert report.counts["skipped_viewer_files"] == depth - 1 + 1, "each archive in it, and the list"
    assert report.state is State.COMPLETE


def test_91_and_no_deeper(opened: Opened, loads: Loads) -> None:
    report = opened(containers.nested(5, FILES), {})
    assert "nested_too_deep" in reasons(report).values()
    assert loads.images() == 0
    assert report.state is State.INCOMPLETE


def behind_a_bad_place(packed: bytes, name: str, **trouble: int) -> FaultySource:
    middle = len(packed) * 6 // 10 // BLOCK * BLOCK
    return FaultySource({name: packed}, {name: Trouble(bad=(middle,), **trouble)})


@pytest.mark.parametrize("pack", [lambda: archive(parts(IMAGES, 0)), lambda: iso_writer.known(FILES)])
def test_91_what_the_drive_gives_at_the_second_try_is_opened(loads: Loads, pack: Callable[[], bytes]) -> None:
    source = behind_a_bad_place(pack(), "packed", heals_after=1)
    report = loads(source, truth={})
    assert source.opened == ["packed", "packed"]
    assert loads.images() == len(IMAGES)
    assert report.state is State.COMPLETE


def test_91_a_bad_place_in_an_archive_costs_what_lies_there(loads: Loads) -> None:
    report = loads(behind_a_bad_place(archive(parts(IMAGES, 0)), "exam.zip"), truth={})
    assert (outcomes(report)["exam.zip"], reasons(report)["exam.zip"]) == (Outcome.UNREADABLE, "archive_damaged")
    whole = [path for path, reason in reasons(report).items() if reason == "image"]
    assert len(whole) == len(IMAGES) - 1
    assert loads.damaged() == 1
    assert report.state is State.INCOMPLETE


def test_91_in_a_disc_image_nothing_tells_what_lies_there(loads: Loads) -> None:
    report = loads(behind_a_bad_place(iso_writer.known(FILES), "disc.iso"), truth={})
    assert reasons(report) == {"disc.iso": "read_error"}
    assert loads.images() == 0
    assert report.state is State.INCOMPLETE


def test_91_a_large_disc_image_in_an_archive_is_streamed(
    opened: Opened, loads: Loads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.disc.reading.IN_MEMORY", 1000)
    report = opened(archive([Part("disc.iso", iso_writer.known(FILES))]), {})
    assert loads.images() == len(IMAGES)
    assert report.state is State.COMPLETE


# --- locked by the hospital --------------------------------------------------------------------------------------


def test_92_a_secured_object_is_kept_until_it_can_be_opened(loads: Loads, tmp_path: Path) -> None:
    disc = tmp_path / _written(tmp_path, "disc", {"SECURE/IM1": reports.CMS, "IM2": files.image(2)})
    report = loads(disc)
    assert (outcomes(report)["SECURE/IM1"], reasons(report)["SECURE/IM1"]) == (Outcome.ENCRYPTED, "secure_dicom")
    assert loads.kept()["SECURE/IM1"] == reports.CMS
    assert report.state is State.COMPLETE_WITH_NOTES
    assert words("reasons")["secure_dicom"]
    assert loads.again(disc).counts["duplicates_exact"] == 2


def packed_program(payload: int = 300_000) -> bytes:
    """A program of one section, with far more behind it than in it."""
    head = bytearray(b"MZ".ljust(0x3C, b"\0") + (0x80).to_bytes(4, "little")).ljust(0x80, b"\0")
    head += b"PE\0\0" + b"\x64\x86\x01\0" + bytes(12) + b"\0\0" + bytes(2)
    head += b".text".ljust(8, b"\0") + bytes(8) + (512).to_bytes(4, "little") + (512).to_bytes(4, "little") + bytes(16)
    return bytes(head.ljust(1024, b"\x90")) + bytes((7 * at) % 251 for at in range(payload))


def test_93_a_program_that_locks_the_pictures_in_is_left_out_and_explained(loads: Loads, tmp_path: Path) -> None:
    disc = tmp_path / _written(tmp_path, "disc", {"PATIENT.EXE": packed_program(), "AUTORUN.INF": b"[autorun]"})
    report = loads(disc)
    assert reasons(report)["PATIENT.EXE"] == "packed_program"
    assert "never run" in words("reasons")["packed_program"]
    assert loads.objects() == set()
    assert report.state is State.NOTHING_USABLE
    assert "Ask for a disc in the DICOM format" in summary(report, words("report"))
    loads.again(disc)


def test_93_beside_pictures_it_is_only_a_line(loads: Loads, tmp_path: Path) -> None:
    disc = tmp_path / _written(tmp_path, "disc", {"SETUP.EXE": packed_program(), **IMAGES})
    report = loads(disc)
    assert report.state is State.COMPLETE
    assert "program" not in summary(report, words("report"))

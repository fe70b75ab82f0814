"""The recovery page: the words on it open the vault, nothing else is on it, and nobody is ever locked out."""

import re
import shutil
import subprocess
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from makers.records import PASSPHRASE

from app.errors import TargetExists, TargetUnwritable
from app.places import words as table
from app.services import recovery_kit, unlock
from app.services.recovery_kit import make_recovery_kit, page
from app.services.unlock import Record
from vault import RecoveryWords, WayKind
from vault.errors import DiskFull, ReadOnlyVault, WrongKey, WrongRecoveryWords
from vault.keys.words import word_list

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WORDS = RecoveryWords(bytes(range(100, 116)))
needs_poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext, pdffonts and pdftoppm")


def clock() -> datetime:
    return NOON


@pytest.fixture
def record(vault_folder: Path) -> Iterator[Record]:
    with unlock.unlock(vault_folder, PASSPHRASE) as opened:
        yield opened


def texts(pdf: bytes) -> list[str]:
    """What the page shows, in the order in which it is drawn."""
    streams = re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)
    drawn = b"".join(map(zlib.decompress, streams)).decode("latin-1")
    return [re.sub(r"\\(.)", r"\1", text) for text in re.findall(r"\((.*?)(?<!\\)\) Tj", drawn)]


def words_on(pdf: bytes) -> str:
    """The twelve words as somebody would copy them: each stands behind its number."""
    drawn = texts(pdf)
    numbered = {int(text): drawn[at + 1] for at, text in enumerate(drawn) if re.fullmatch(r" ?\d+", text)}
    return " ".join(numbered[number] for number in range(1, 13))


def opens(folder: Path, way: RecoveryWords) -> bool:
    try:
        unlock.unlock(folder, way, read_only=True).lock()
    except WrongKey:
        return False
    return True


def of_pages(record: Record) -> list[str]:
    return [way.id for way in record.vault.ways.all() if way.kind is WayKind.RECOVERY_WORDS]


def test_the_words_on_the_page_open_the_vault(record: Record, vault_folder: Path, tmp_path: Path) -> None:
    kit = make_recovery_kit(record, tmp_path / "page.pdf", clock)
    typed = RecoveryWords.parse(words_on(kit.file.read_bytes()))
    assert typed == kit.words
    assert opens(vault_folder, typed)
    assert (kit.way.made, kit.closed, of_pages(record)) == (NOON, (), [kit.way.id])


def test_a_new_page_takes_the_place_of_the_earlier(record: Record, vault_folder: Path, tmp_path: Path) -> None:
    first = make_recovery_kit(record, tmp_path / "first.pdf", clock)
    second = make_recovery_kit(record, tmp_path / "second.pdf", clock)
    assert second.closed == (first.way,)
    assert not opens(vault_folder, first.words)
    assert opens(vault_folder, second.words)
    assert any("takes the place" in text for text in texts(second.file.read_bytes()))


def test_earlier_pages_may_stay(record: Record, vault_folder: Path, tmp_path: Path) -> None:
    first = make_recovery_kit(record, tmp_path / "first.pdf", clock)
    second = make_recovery_kit(record, tmp_path / "second.pdf", clock, keep_earlier=True)
    assert second.closed == ()
    assert opens(vault_folder, first.words)
    assert opens(vault_folder, second.words)
    assert any("stay valid" in text for text in texts(second.file.read_bytes()))


def test_only_its_owner_may_read_the_file(record: Record, tmp_path: Path) -> None:
    assert make_recovery_kit(record, tmp_path / "page.pdf", clock).file.stat().st_mode & 0o777 == 0o600


def test_nothing_is_written_over(record: Record, tmp_path: Path) -> None:
    (tmp_path / "page.pdf").write_bytes(b"mine")
    with pytest.raises(TargetExists):
        make_recovery_kit(record, tmp_path / "page.pdf", clock)
    assert (tmp_path / "page.pdf").read_bytes() == b"mine"
    assert of_pages(record) == []


def test_a_place_that_cannot_be_written_to_changes_nothing(record: Record, tmp_path: Path) -> None:
    before = record.vault.ways.all()
    with pytest.raises(TargetUnwritable):
        make_recovery_kit(record, tmp_path / "missing" / "page.pdf", clock)
    assert record.vault.ways.all() == before


@pytest.mark.parametrize(("error", "told"), [(OSError, TargetUnwritable), (MemoryError, MemoryError)])
def test_a_page_that_fails_leaves_no_file_and_no_way(
    error: type[Exception], told: type[Exception], record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make_recovery_kit(record, tmp_path / "first.pdf", clock)

    def fail(*_: object, **__: object) -> bytes:
        raise error

    monkeypatch.setattr(recovery_kit, "page", fail)
    with pytest.raises(told):
        make_recovery_kit(record, tmp_path / "page.pdf", clock)
    assert not (tmp_path / "page.pdf").exists()
    assert of_pages(record) == [first.way.id]
    assert opens(record.vault.folder, first.words)


def test_a_vault_that_cannot_be_written_to_leaves_no_file(vault_folder: Path, tmp_path: Path) -> None:
    with unlock.unlock(vault_folder, PASSPHRASE, read_only=True) as record, pytest.raises(ReadOnlyVault):
        make_recovery_kit(record, tmp_path / "page.pdf", clock)
    assert not (tmp_path / "page.pdf").exists()


def test_an_earlier_page_is_closed_last(
    record: Record, vault_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make_recovery_kit(record, tmp_path / "first.pdf", clock)

    def full(_self: object, id: str) -> None:
        raise DiskFull(tmp_path)

    monkeypatch.setattr("vault.ways.Ways.revoke", full)
    with pytest.raises(DiskFull):
        make_recovery_kit(record, tmp_path / "second.pdf", clock)
    assert opens(vault_folder, first.words)
    assert opens(vault_folder, RecoveryWords.parse(words_on((tmp_path / "second.pdf").read_bytes())))


def test_words_that_would_not_open_are_never_printed(
    record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RecoveryWords, "words", WORDS.words)
    with pytest.raises(WrongRecoveryWords):
        make_recovery_kit(record, tmp_path / "page.pdf", clock)
    assert not (tmp_path / "page.pdf").exists()
    assert of_pages(record) == []


def test_the_words_show_in_no_repr(record: Record, tmp_path: Path) -> None:
    kit = make_recovery_kit(record, tmp_path / "page.pdf", clock)
    assert not any(word in repr(kit) for word in kit.words.words if len(word) > 5)


# --- the page ----------------------------------------------------------------------------------------------------


def test_the_page_says_what_it_is_and_nothing_of_anybody(record: Record, tmp_path: Path) -> None:
    pdf = make_recovery_kit(record, tmp_path / "BERG-ANNA.pdf", clock).file.read_bytes()
    shown = " ".join(texts(pdf))
    text = table("recovery_kit")
    for heading in (text["title"], text["keep"]["heading"], text["use"]["heading"], text["care"]["heading"]):
        assert heading in shown
    assert "22 November 2026" in shown
    for secret in (b"BERG", str(tmp_path).encode(), record.vault.id.encode(), record.vault.id[:8].encode()):
        assert secret not in pdf
        assert secret.decode() not in shown


def test_the_page_holds_only_plain_characters() -> None:
    def strings(value: object) -> Iterator[str]:
        if isinstance(value, str):
            yield value
        for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from strings(one)

    assert all(text.isascii() for text in strings(table("recovery_kit")))
    assert all(text.isascii() for text in texts(page(WORDS.words, NOON)))


def test_the_same_words_on_the_same_day_give_the_same_page() -> None:
    assert page(WORDS.words, NOON) == page(WORDS.words, NOON)


def test_the_longest_words_fit_their_boxes() -> None:
    from fpdf import FPDF

    pdf = FPDF()
    pdf.set_font("Courier", "B", 21)
    widest = max(pdf.get_string_width(word) for word in word_list())
    assert widest < recovery_kit._WIDTH / recovery_kit._COLUMNS - 12


@needs_poppler
def test_it_is_one_page_and_embeds_no_font(tmp_path: Path) -> None:
    longest = tuple(sorted(word_list(), key=len)[-12:])
    (tmp_path / "page.pdf").write_bytes(page(longest, datetime(2026, 9, 30, 12, tzinfo=UTC), keep_earlier=True))

    def tool(*command: str) -> str:
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    assert re.search(r"Pages:\s+1\n", tool("pdfinfo", "page.pdf"))
    fonts = [line.split() for line in tool("pdffonts", "page.pdf").splitlines()[2:]]
    assert {line[0] for line in fonts} == {"Helvetica", "Helvetica-Bold", "Courier-Bold"}
    assert {line[4] for line in fonts} == {"no"}
    shown = tool("pdftotext", "-layout", "page.pdf", "-")
    assert all(word in shown for word in longest)


@needs_poppler
def test_the_ink_stays_on_a_sheet_of_either_size(tmp_path: Path) -> None:
    """A4 is what it is made for; on US Letter the lowest 18 mm and nothing else would be cut."""
    import numpy as np
    from PIL import Image

    (tmp_path / "page.pdf").write_bytes(page(WORDS.words, NOON))
    subprocess.run(["pdftoppm", "-r", "50", "-gray", "page.pdf", "page"], cwd=tmp_path, check=True)
    with Image.open(next(tmp_path.glob("page*.pgm"))) as image:
        ink = np.asarray(image) < 200
    rows, columns = ink.any(axis=1).nonzero()[0], ink.any(axis=0).nonzero()[0]
    millimetres = 297 / ink.shape[0]
    assert rows[0] * millimetres > 15
    assert 200 < rows[-1] * millimetres < 279 - 12
    assert columns[0] * millimetres > 15
    assert columns[-1] * millimetres < 210 - 15

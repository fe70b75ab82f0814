"""The recovery page: twelve words on paper that open the vault when every passphrase is forgotten."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from app.clock import Clock
from app.errors import TargetExists, TargetUnwritable
from app.places import words as table
from app.services.unlock import Record
from vault import RecoveryWords, WayIn, WayKind
from vault.errors import WrongRecoveryWords

if TYPE_CHECKING:
    from fpdf import FPDF

# Millimetres on A4, with what lies below kept within a sheet of US Letter (279 mm high).
_LEFT, _TOP, _WIDTH = 22, 20, 166
_COLUMNS, _BOX_HEIGHT = 3, 16
_SIZE, _LEADING = 12, 6
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_INK, _QUIET, _LINE = (25, 32, 44), (92, 102, 118), (190, 198, 208)


@dataclass(frozen=True, slots=True)
class RecoveryKit:
    """A page that was made: the file, the way in that its words are, and the earlier ones that it closed."""

    file: Path
    way: WayIn
    closed: tuple[WayIn, ...]
    words: RecoveryWords = field(repr=False)


def make_recovery_kit(record: Record, file: Path, clock: Clock, *, keep_earlier: bool = False) -> RecoveryKit:
    """Write a new page as PDF, and close earlier pages' words unless they shall stay.

    At every moment an earlier page or the new one opens the vault. Raises TargetExists, TargetUnwritable, and the
    vault's errors; then no file is left and the vault is as before, unless only the closing of an earlier page failed:
    then both pages are valid.
    """
    ways, moment = record.vault.ways, clock()
    earlier = tuple(way for way in ways.all() if way.kind is WayKind.RECOVERY_WORDS and not keep_earlier)
    with _new_file(file) as out:
        words = RecoveryWords.new()
        way = ways.add_recovery_words(words, "", moment)
        try:
            _check(record, words, way)
            out.write(page(words.words, moment, keep_earlier=keep_earlier))
            out.flush()
            os.fsync(out.fileno())
        except BaseException:
            ways.revoke(way.id)
            raise
    for one in earlier:
        ways.revoke(one.id)
    return RecoveryKit(file, way, earlier, words)


def _check(record: Record, words: RecoveryWords, way: WayIn) -> None:
    """What stands on the paper, typed in, must open: nobody finds out later that it does not."""
    if record.vault.ways.find(RecoveryWords.parse(" ".join(words.words))) != way:
        raise WrongRecoveryWords


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """A new file that only its owner may read; removed again if the block fails."""
    try:
        out = os.fdopen(os.open(path, _NEW, 0o600), "wb")
    except FileExistsError as error:
        raise TargetExists(path) from error
    except OSError as error:
        raise TargetUnwritable(path) from error
    try:
        with out:
            yield out
    except OSError as error:
        path.unlink(missing_ok=True)
        raise TargetUnwritable(path) from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def page(words: tuple[str, ...], moment: datetime, *, keep_earlier: bool = False) -> bytes:
    """The page as PDF. It names nobody, no vault and no place, and embeds no font."""
    from fpdf import FPDF  # takes a third of a second, and only this needs it

    text = table("recovery_kit")
    pdf = FPDF(format="A4")
    pdf.set_creation_date(moment)
    pdf.set_title(text["title"])
    pdf.set_lang("en")
    pdf.c_margin = 0
    pdf.set_margins(_LEFT, _TOP, 210 - _LEFT - _WIDTH)
    pdf.set_auto_page_break(auto=False)
    pdf.add_page()
    _heading(pdf, text)
    _grid(pdf, words)
    made = text["made_beside" if keep_earlier else "made"].format(date=_long(moment.astimezone().date()))
    _paragraph(pdf, made, size=10.5, color=_QUIET)
    _steps(pdf, text["keep"])
    _steps(pdf, text["use"])
    _section(pdf, text["care"]["heading"])
    _paragraph(pdf, text["care"]["text"])
    return bytes(pdf.output())


def _heading(pdf: "FPDF", text: dict[str, Any]) -> None:
    _font(pdf, 24, "B")
    pdf.cell(_WIDTH, 11, text["title"], new_x="LMARGIN", new_y="NEXT")
    _font(pdf, 13, color=_QUIET)
    pdf.cell(_WIDTH, 8, text["subtitle"], new_x="LMARGIN", new_y="NEXT")
    pdf.ln(3)
    _paragraph(pdf, text["about"])
    pdf.ln(3)


def _grid(pdf: "FPDF", words: tuple[str, ...]) -> None:
    """The numbered words, in the order in which one reads: along each row."""
    top, width = pdf.get_y(), _WIDTH / _COLUMNS
    pdf.set_draw_color(*_LINE)
    pdf.set_line_width(0.3)
    for place, word in enumerate(words):
        x, y = _LEFT + place % _COLUMNS * width, top + place // _COLUMNS * _BOX_HEIGHT
        pdf.rect(x, y, width, _BOX_HEIGHT)
        _font(pdf, 10, color=_QUIET)
        pdf.text(x + 3, y + 10, f"{place + 1:2}")
        _font(pdf, 21, "B", family="Courier")
        pdf.text(x + 11, y + 10.5, word)
    pdf.set_y(top + -(-len(words) // _COLUMNS) * _BOX_HEIGHT + 3)


def _steps(pdf: "FPDF", part: dict[str, Any]) -> None:
    _section(pdf, part["heading"])
    for number, step in enumerate(part["steps"], 1):
        _font(pdf, _SIZE)
        pdf.cell(7, _LEADING, f"{number}.")
        pdf.multi_cell(_WIDTH - 7, _LEADING, step, align="L", new_x="LMARGIN", new_y="NEXT")
        pdf.ln(0.8)


def _section(pdf: "FPDF", heading: str) -> None:
    pdf.ln(4)
    _font(pdf, 13, "B")
    pdf.cell(_WIDTH, 8, heading, new_x="LMARGIN", new_y="NEXT")


def _paragraph(pdf: "FPDF", text: str, *, size: float = _SIZE, color: tuple[int, int, int] = _INK) -> None:
    _font(pdf, size, color=color)
    pdf.multi_cell(_WIDTH, _LEADING, text.strip(), align="L", new_x="LMARGIN", new_y="NEXT")


def _font(
    pdf: "FPDF", size: float, style: str = "", *, family: str = "Helvetica", color: tuple[int, int, int] = _INK
) -> None:
    pdf.set_font(family, style, size)
    pdf.set_text_color(*color)


def _long(day: date) -> str:
    """A date that no country reads the wrong way round."""
    return f"{day.day} {day:%B %Y}"

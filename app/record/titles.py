"""Plain names for exams and series, from a table of words; what the table does not know is never guessed."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.record.values import Series, Study

Table = Mapping[str, Any]  # assets/words/<language>/plain_names.toml
_SIDES = {"L": "left", "R": "right", "B": "both"}
_SIDE_TOKENS = {
    "left": ("left", "links", "gauche", "izquierda", "izquierdo", "sinistra", "sinistro", "esquerda", "esquerdo"),
    "right": ("right", "rechts", "droite", "droit", "derecha", "derecho", "destra", "destro", "direita", "direito"),
}


def study_title(table: Table, study: Study) -> str:
    """Return for example `CT scan of the chest and abdomen`; the modality alone where no region is named."""
    text = " ".join((study.description, *study.regions))
    modality = main_modality(study.modalities)
    return _title(table, modality, text, "")


def exam_title(table: Table, modality: str, text: str) -> str:
    """Return what an exam may be called from one of its files alone."""
    return _title(table, modality, text, "")


def series_title(table: Table, series: Series, study_description: str = "") -> str:
    """Return for example `MRI of the head, slices seen from the feet (FLAIR)`."""
    own = " ".join((series.description, series.protocol))
    if _is_planning(table, series, own):
        return str(table["words"]["planning"])
    near = " ".join((own, series.body_part))
    region_text = near if _matches(table["region"], near) else f"{near} {study_description}"
    title = _title(table, series.modality, region_text, series.laterality)
    details = [table["plane"].get(series.plane, ""), table["view"].get(series.view_position.upper(), "")]
    if series.frames > series.images:
        details.append(table["words"]["moving"] if series.modality in ("US", "XA", "RF") else "")
    special = ", ".join(_matches(table["special"], own))
    return ", ".join((title, *filter(None, details))) + (f" ({special})" if special else "")


def _title(table: Table, modality: str, text: str, laterality: str) -> str:
    words = table["words"]
    name = str(table["modality"].get(modality, words["unknown"]))
    side = _SIDES.get(laterality.upper()) or _side(text)
    if modality == "MG":
        return f"{name}, {words[side]}" if side else name
    regions = _matches(table["region"], text)
    if not regions:
        return name
    joined = f" {words['and']} ".join([", ".join(regions[:-1]), regions[-1]] if regions[1:] else regions)
    beside = f"{words[side]} " if side in ("left", "right") and len(regions) == 1 else ""
    return f"{name} {words['of_the']} {beside}{joined}"


def main_modality(modalities: Sequence[str]) -> str:
    """Return the one that names the exam: pictures before papers, and PET before the CT that helps it."""
    order = ("PT", "NM", "MR", "CT", "MG", "XA", "RF", "US", "DX", "CR")
    return next((wanted for wanted in order if wanted in modalities), modalities[0] if modalities else "")


def _is_planning(table: Table, series: Series, text: str) -> bool:
    return "LOCALIZER" in series.image_type or _has_any(_plain(text), table["planning"]["tokens"])


def _matches(rows: Iterable[Mapping[str, Any]], text: str) -> list[str]:
    """Return the words of the rows that match, in the table's order, less those that another makes needless."""
    plain = _plain(text)
    hits = [row for row in rows if _has_any(plain, row["tokens"]) and not _has_any(plain, row.get("unless_tokens", ()))]
    words = {row["word"] for row in hits}
    return [str(row["word"]) for row in hits if not words & set(row.get("unless", ()))]


def _side(text: str) -> str:
    plain = _plain(text)
    sides = [side for side, tokens in _SIDE_TOKENS.items() if _has_any(plain, tokens)]
    return sides[0] if len(sides) == 1 else ""


def _has_any(plain: str, tokens: Iterable[str]) -> bool:
    return any(f" {token} " in plain for token in tokens)


def _plain(text: str) -> str:
    """Return words without case and accents, one space between and around them."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in letters if not unicodedata.combining(char))
    return f" {' '.join(re.split(r'[^a-z0-9+]+', bare)).strip()} "

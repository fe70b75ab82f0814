"""Names as discs write them (PS3.5 6.2.1): how to show one, and when two are the same person's."""

import unicodedata
from datetime import date

_TITLES = frozenset({"dr", "mr", "mrs", "ms", "miss", "prof", "herr", "frau", "mme", "sr", "sra", "jr"})


def shown(original: str) -> str:
    """Return `Family^Given^Middle^Prefix^Suffix` as a person reads it: given names first."""
    alphabetic = next((group for group in original.split("=") if group.strip("^ ")), "")
    parts = [part.strip() for part in alphabetic.split("^")]
    if len(parts) == 1:
        family, _, given = parts[0].partition(",")
        parts = [family.strip(), given.strip()] if given else ["", parts[0]]
    family, given, middle, prefix, suffix = (parts + [""] * 5)[:5]
    ordered = (_calm(part) for part in (prefix, given, middle, family, suffix))
    return " ".join(part for part in ordered if part)


def same_person(name: str, birth_date: date | None, other_name: str, other_birth_date: date | None) -> bool:
    """Tell whether two names on record are surely one person's.

    Sure means: the same birth date, and the same words in the name, or one name's words all among the other's
    and at least two of them. Anything less stays apart: a wrong join would put a stranger's pictures into a record.
    """
    if birth_date != other_birth_date:
        return False
    one, other = words_of(name), words_of(other_name)
    if one == other or birth_date is None:
        return one == other
    return len(one & other) >= 2 and (one <= other or other <= one)


def words_of(original: str) -> frozenset[str]:
    """Return a name's words without case, accents, order, titles and hyphens."""
    alphabetic = original.split("=")[0]
    plain = unicodedata.normalize("NFKD", alphabetic.casefold())
    letters = "".join(char if char.isalnum() else " " for char in plain if not unicodedata.combining(char))
    return frozenset(letters.split()) - _TITLES


def _calm(part: str) -> str:
    """Turn a shouted MUELLER into Mueller; a name in mixed case was written so on purpose."""
    return part.title() if part.isupper() and len(part) > 1 else part

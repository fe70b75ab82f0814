"""Names as discs write them (PS3.5 6.2.1), as people read them."""

from app.record.components import PARTICLES, components, groups
from app.record.spelling import LONGEST

_ROMAN = frozenset("IVX")
_CUT = "…"


def shown(original: str) -> str:
    """Return `Family^Own^Middle^Prefix^Suffix` as a person reads it, own names first: text on one line, nothing else.

    Of several groups the alphabetic one, else the first that says something. What the disc wrote is kept elsewhere.
    """
    group = next(iter(groups(original)), "")
    family, own, middle, prefix, suffix = components(group)
    if family and not own and not middle:
        family, own = "", family
    calm = (_calm(prefix), _calm(own), _calm(middle), _calm_family(family), suffix)
    whole = " ".join(" ".join(calm).split())
    return whole if len(whole) <= LONGEST else whole[:LONGEST] + _CUT


def _calm(part: str) -> str:
    """Turn a shouted MUELLER into Mueller; a name in mixed case was written so on purpose."""
    if not part.isupper() or len(part) < 2:
        return part
    return " ".join(_capitalised(word) for word in part.split())


def _calm_family(part: str) -> str:
    """Turn VAN DER BERG into van der Berg; among own names Van is one."""
    if not part.isupper():
        return part
    *before, last = part.split()
    calm = [word.lower() if word.lower() in PARTICLES else _calm(word) for word in before]
    return " ".join((*calm, _calm(last)))


def _capitalised(word: str) -> str:
    if _ROMAN.issuperset(word) or any(map(str.isdigit, word)):
        return word
    # A capital I with a dot falls to an i with a second dot, which no Turk writes.
    calm = word.title().replace("i̇", "i")
    return f"Mc{calm[2:].capitalize()}" if calm.startswith("Mc") and len(calm) > 3 else calm

"""How alike two names are."""

from app.record.names import words_of


def name_likeness(one: str, other: str) -> float:
    """Return how alike two names on record are: 1.0 for the same words, from 0.9 on the same name."""
    words, others = words_of(one), words_of(other)
    if not words or not others:
        return 0.0
    shared = len(words & others)
    return 1.0 if words == others else 0.85 * 2 * shared / (len(words) + len(others))

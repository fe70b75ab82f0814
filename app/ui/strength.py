"""Advice on a passphrase, in plain words. It advises; the vault's own cost protects."""

from dataclasses import dataclass

LEAST = 10
GOOD = 16
STRONG = 24
FEWEST_DIFFERENT = 5
COMMON = ("password", "passphrase", "qwerty", "letmein", "welcome", "scanfolio", "123456", "abcdef")


@dataclass(frozen=True, slots=True)
class Advice:
    """How strong a passphrase is, 0 (not to be used) to 3, and words about it."""

    level: int
    words: str

    @property
    def enough(self) -> bool:
        """Whether the passphrase may be used."""
        return self.level > 0


def advise(passphrase: str) -> Advice:
    """Judge by length and by how much is repeated or known to everybody."""
    if len(passphrase) < LEAST:
        missing = LEAST - len(passphrase)
        return Advice(0, f"{missing} more character{'s' if missing > 1 else ''}, at least.")
    if len(set(passphrase.casefold())) < FEWEST_DIFFERENT:
        return Advice(0, "Too much of the same. Use different words.")
    return _by_length(_counted(passphrase.casefold()))


def _by_length(counted: int) -> Advice:
    if counted < LEAST:
        return Advice(0, "Many people use this. Choose words that only you would put together.")
    if counted < GOOD:
        return Advice(1, "Fair. One more word makes it much stronger.")
    return Advice(2, "Good.") if counted < STRONG else Advice(3, "Strong.")


def _counted(text: str) -> int:
    """The length, where a word that everybody tries counts as one character."""
    for word in COMMON:
        text = text.replace(word, "*")
    return len(text)

"""The display pipeline step by step (PS3.4 N.2): stored value, modality, values of interest, presentation."""

import numpy as np
from numpy.typing import NDArray

from viewer.facts import DisplayFacts, LookupTable, Rescale
from viewer.window import Function, Window

Values = NDArray[np.float64]
Greys = NDArray[np.uint8]
WHITE = 255
# Greys are rounded half up: the formula's range -½…+½ is 127.5 greys either side of 127.5, then ½ to round.
MIDDLE = WHITE / 2 + 0.5


def modality(transform: Rescale | LookupTable, stored: Values) -> Values:
    """Stored values in the image's units (PS3.3 C.11.1): rescale or table, never both."""
    if isinstance(transform, LookupTable):
        return look_up(transform, stored)
    scaled: Values = stored * transform.slope + transform.intercept
    return scaled


def look_up(table: LookupTable, values: Values) -> Values:
    """Table outputs; values outside the table take its first or last entry (PS3.3 C.11.1.1)."""
    entries = np.frombuffer(table.entries, "<u2")
    index = np.clip(np.floor(values) - table.first, 0, len(entries) - 1)
    found: Values = entries[np.nan_to_num(index).astype(np.intp)].astype(np.float64)
    return found


def linear(window: Window, values: Values) -> Values:
    """PS3.3 C.11.2.1.2.1; a width below 1, which the clause forbids, is taken as LINEAR_EXACT."""
    if window.width < 1:
        return linear_exact(window, values)
    above = values - (window.center - 0.5)
    if window.width == 1:
        return np.where(above > 0, WHITE + 0.5, 0.0)
    # Multiplied first: a quotient that ends in exactly one half then is exact, and rounds up.
    return above * WHITE / (window.width - 1) + MIDDLE


def linear_exact(window: Window, values: Values) -> Values:
    """PS3.3 C.11.2.1.3.2."""
    return (values - window.center) * WHITE / window.width + MIDDLE


def sigmoid(window: Window, values: Values) -> Values:
    """PS3.3 C.11.2.1.3.1."""
    with np.errstate(over="ignore"):
        return WHITE / (1 + np.exp(-4 * (values - window.center) / window.width)) + 0.5


FUNCTIONS = {Function.LINEAR: linear, Function.LINEAR_EXACT: linear_exact, Function.SIGMOID: sigmoid}


def values_of_interest(look: Window | LookupTable, values: Values) -> Greys:
    """Units to 256 greys, rounded half up (PS3.3 C.11.2): a window or a table, never both."""
    if isinstance(look, Window):
        return _greys(FUNCTIONS[look.function](look, values))
    return _greys(look_up(look, values) * WHITE / ((1 << look.bits) - 1) + 0.5)


def present(facts: DisplayFacts, greys: Greys) -> Greys:
    """Polarity, after the values of interest (PS3.3 C.7.6.3.1.2)."""
    return WHITE - greys if facts.inverted else greys


def is_padding(facts: DisplayFacts, stored: Values) -> NDArray[np.bool_]:
    """Where a stored value is background: in the padding range, or no number (PS3.3 C.7.5.1.1.2)."""
    absent = ~np.isfinite(stored)
    if facts.padding is None:
        return absent
    return absent | ((stored >= facts.padding[0]) & (stored <= facts.padding[1]))


def shade(facts: DisplayFacts, look: Window | LookupTable, stored: Values) -> Greys:
    """The whole way from stored values to greys; background is black."""
    background = is_padding(facts, stored)
    known = np.where(background, 0.0, stored) if background.any() else stored
    greys = present(facts, values_of_interest(look, modality(facts.modality, known)))
    greys[background] = 0
    return greys


def _greys(rounded_up: Values) -> Greys:
    """Floor into 0…255: of what already carries the half that rounds."""
    return np.clip(rounded_up, 0, WHITE).astype(np.uint8)

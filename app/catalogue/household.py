"""The part of the vault that belongs to no one person: reports of loads, files not yet understood."""

from app.catalogue.queries import Catalogue
from vault import ProfileId, Transaction


def household(catalogue: Catalogue, writing: Transaction) -> ProfileId:
    """Return the household's profile; it is made once."""
    known = catalogue.household()
    if known is not None:
        return ProfileId(known)
    profile = writing.new_profile()
    writing.append("household", {"profile": profile}, profile)
    return profile

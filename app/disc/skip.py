"""Telling the disc's own furniture, viewers and help pages, from what belongs to the person."""

_FURNITURE = frozenset(
    "ihe_pdi viewer viewers jre java help hilfe doc docs autorun inf icon icons css js html htm lib bin plugins "
    "resources program software runtime fonts lang locale skins theme themes".split()
)


def belongs_to_disc_viewer(path: str) -> bool:
    """Tell whether a picture or text lies inside a folder that discs use for their own viewer program."""
    return any(part.casefold() in _FURNITURE for part in path.split("/")[:-1])

"""Telling the disc's own furniture, viewers and help pages, from what belongs to the person."""

_FURNITURE = frozenset(
    "viewer viewers jre java help hilfe aide autorun inf icon icons css js html htm lib bin plugins "
    "resources program software runtime fonts lang locale skins theme themes thumbs thumbnails".split()
)
_WEB_COPY = "ihe_pdi"  # IHE PDI: pages and small copies of the images, for those without a viewer


def belongs_to_disc_viewer(path: str) -> bool:
    """Tell whether a picture or text lies inside a folder that discs use for their own viewer program or web pages."""
    return any(part in _FURNITURE or part == _WEB_COPY for part in _folders(path))


def why_skipped(path: str) -> str:
    """Return the reason code of a file that is not kept: a copy for web browsers, or part of the viewer."""
    return "web_copy" if _WEB_COPY in _folders(path) else "viewer_file"


def _folders(path: str) -> list[str]:
    return [part.casefold() for part in path.split("/")[:-1]]

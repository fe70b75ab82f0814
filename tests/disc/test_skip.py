"""What on a disc is its own furniture, and why it is not kept."""

import pytest

from app.disc.skip import belongs_to_disc_viewer, why_skipped

PLACES = {
    "VIEWER/help.pdf": (True, "viewer_file"),
    "jre/lib/images/cursor.png": (True, "viewer_file"),
    "AutoRun/logo.jpg": (True, "viewer_file"),
    "IHE_PDI/00000/00001.JPG": (True, "web_copy"),
    "cd/ihe_pdi/web/index.htm": (True, "web_copy"),
    "REPORT.PDF": (False, "viewer_file"),
    "Befunde/viewer.pdf": (False, "viewer_file"),
    "DOC/Befund.pdf": (False, "viewer_file"),
    "viewer": (False, "viewer_file"),
}


@pytest.mark.parametrize("path", PLACES)
def test_the_folder_decides(path: str) -> None:
    assert (belongs_to_disc_viewer(path), why_skipped(path)) == PLACES[path]

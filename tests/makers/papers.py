"""A disc of two people's exams with papers beside them: some that name their exam, and one that does not."""

from pathlib import Path

from makers import files, reports
from makers.files import OTTO

SETTINGS = "1.2.840.10008.5.1.4.1.1.11.1"
LETTER = reports.PDF + b"\n"
PAPERS = {
    "A/SR": reports.text_report(verification="UNVERIFIED", SOPInstanceUID="1.2.1"),
    "A/letter.pdf": LETTER,
    "A/record.xml": reports.CDA,
    "A/settings": reports.other(SETTINGS),
    "report.pdf": reports.PDF,
}
"""The last lies beside both exams: nobody knows to which it belongs."""


def disc(root: Path, papers: dict[str, bytes] | None = None) -> Path:
    """Write the disc: Tessa Tester's exam in one folder, Otto Other's in the other."""
    images = {"A/IM1": files.image(1), "B/IM1": files.image(1, study=2, who=OTTO)}
    for path, data in (images | (PAPERS if papers is None else papers)).items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return root

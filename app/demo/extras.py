"""What else lies on a hospital's disc: a viewer nobody can run any more, a leaflet, a report."""

from typing import NamedTuple


class Extra(NamedTuple):
    """A file that is no picture, relative to the disc."""

    path: str
    content: bytes


_LEAFLET = """This disc holds medical images in DICOM format.
To see them on Windows, start VIEWER\\START.EXE.
For professional use only. Keep this disc: it may be the only copy.
"""
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Your images</title></head>
<body><h1>{name}</h1><p>Open the folder IMAGES with a DICOM viewer.</p></body></html>
"""


def portable_viewer(vendor: str) -> tuple[Extra, ...]:
    """Return a start file, a leaflet, and a folder with a dummy viewer in it; nothing of it runs."""
    start = f"[autorun]\nopen=VIEWER\\START.EXE\nicon=VIEWER\\START.ICO\nlabel={vendor}\n"
    return (
        Extra("AUTORUN.INF", _dos(start)),
        Extra("README.TXT", _dos(_LEAFLET)),
        Extra("VIEWER/START.EXE", b"MZ" + bytes(62) + b"This is no program." + bytes(1965)),
        Extra("VIEWER/START.ICO", b"\x00\x00\x01\x00\x00\x00"),
        Extra("VIEWER/CONFIG.XML", b'<?xml version="1.0"?>\r\n<viewer language="en"/>\r\n'),
        Extra("VIEWER/LICENSE.TXT", _dos("Free to look at.\n")),
    )


def web_viewer(name: str) -> tuple[Extra, ...]:
    """Return the kind of disc that opens a page."""
    return (
        Extra("INDEX.HTM", _dos(_PAGE.format(name=name))),
        Extra("IHE_PDI/STYLE.CSS", b"body { font-family: sans-serif }\r\n"),
        Extra("README.TXT", _dos(_LEAFLET)),
        report("REPORT/REPORT01.PDF", "Echocardiogram: normal function."),
    )


def report(path: str, words: str) -> Extra:
    """Return one page of PDF with one line of ASCII on it."""
    text = f"BT /F1 12 Tf 72 720 Td ({words}) Tj ET".encode("ascii")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Font << /F1 5 0 R >> >>",
    )
    return Extra(path, _pdf(objects))


def _pdf(objects: tuple[bytes, ...]) -> bytes:
    """Number the objects and list where each begins (ISO 32000-1 §7.5)."""
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n" % size
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + head + table + tail


def _dos(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode("ascii")

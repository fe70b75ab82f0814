"""How the person's browser is shown the way in, without the key standing in any list of processes."""

import os
import tempfile
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from html import escape
from pathlib import Path

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">
<title>Scanfolio</title><meta http-equiv="refresh" content="0;url={url}"></head>
<body><p>Opening Scanfolio… <a href="{url}">Open Scanfolio</a></p></body></html>
"""


@contextmanager
def way_in(url: str, folder: Path | None = None) -> Iterator[Path]:
    """A file only this account can read that leads a browser to `url`; it is gone afterwards.

    `folder` is where the private folder around it is made; None is the computer's temporary folder.
    """
    with tempfile.TemporaryDirectory(prefix="Scanfolio-opening-", dir=folder) as private:
        path = Path(private) / "open-scanfolio.html"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(PAGE.format(url=escape(url, quote=True)))
        yield path


def readable_place(home: Path, snap: Path = Path("/snap")) -> Path | None:
    """A folder whose files every browser of this computer may read; None is the temporary folder.

    A browser from a snap package has a temporary folder of its own, and of the person's home it
    sees only what is not hidden.
    """
    return home if snap.is_dir() and os.access(home, os.W_OK) else None


def has_screen(platform: str, environ: Mapping[str, str]) -> bool:
    """Whether a browser window can appear at all; a browser in a terminal would hold the app up."""
    return platform != "linux" or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def show(path: Path, opener: Callable[[str], bool] = webbrowser.open) -> bool:
    """Ask the person's browser to open the file; False when there is none to ask."""
    try:
        return opener(path.as_uri())
    except webbrowser.Error:
        return False

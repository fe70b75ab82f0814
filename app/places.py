"""Where things lie on this computer: the app's assets and the person's vault."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from platformdirs import user_data_path

_PACKAGE = Path(__file__).parent


def assets() -> Path:
    """Return the assets folder: beside the packages in a checkout, inside `app` when installed."""
    installed = _PACKAGE / "assets"
    return installed if installed.is_dir() else _PACKAGE.parent / "assets"


def default_vault() -> Path:
    """Return the folder of the person's own vault; it may not exist yet."""
    return user_data_path("Scanfolio", appauthor=False) / "vault"


@cache
def words(name: str, language: str = "en") -> dict[str, Any]:
    """Return one table of words, parsed from `assets/words/<language>/<name>.toml`."""
    return tomllib.loads((assets() / "words" / language / f"{name}.toml").read_text("utf-8"))

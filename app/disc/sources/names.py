"""Names inside of containers: labels for people and keys for us, never paths on this computer."""

import re

_DEVICES = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|COM[0-9¹²³]|LPT[0-9¹²³])(?=[. ]*($|[.:]))", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069<>:"|?*\ud800-\udfff]')

_LONGEST = 4096  # characters of a name that are kept; what is unpacked may bring a million names of a million


def safe_path(name: str) -> str:
    """Return a relative path with `/` that no system takes for anything but a path below the root.

    Backslashes part names as slashes do; `..`, drive letters, device names, control characters and marks that turn
    the direction of writing are replaced by a `_`.
    """
    parts = (_safe_part(part) for part in name[:_LONGEST].replace("\\", "/").split("/") if part not in ("", "."))
    return "/".join(parts) or "_"


def _safe_part(part: str) -> str:
    part = _FORBIDDEN.sub("_", part)
    if part.strip(". ") == "":
        return "_" * len(part)
    return _DEVICES.sub(r"_\1", part) if _DEVICES.match(part) else part


class Labels:
    """Gives every name found its own path: the second of a name gets ` (2)` behind it."""

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self._given: dict[str, int] = {}

    def path(self, name: str) -> str:
        """Return a safe path below the prefix that no other name was given."""
        path = self._prefix + safe_path(name)
        wanted, number = path, self._given.get(path, 0)
        while path in self._given:
            number += 1
            path = f"{wanted} ({number + 1})"
        self._given[wanted] = number
        self._given.setdefault(path, 0)
        return path

"""Whether a desktop window can be opened with what is already on this computer.

Flet fetches its desktop client from the network when it does not find one, and installs a missing
package with pip. This app never lets it: a desktop window is opened only when every piece is there,
unpacked, and of this very version.
"""

import importlib.metadata
import importlib.util
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CLIENT = {"win32": "flet.exe", "linux": "flet"}
BUILD = {"win32": "windows", "darwin": "macos", "linux": "linux"}
# Each of these makes Flet open a server or another program instead of the window that was found.
DIVERTING = (
    "FLET_FORCE_WEB_SERVER",
    "FLET_PLATFORM",
    "FLET_DISPLAY_URL_PREFIX",
    "FLET_SERVER_PORT",
    "FLET_SERVER_IP",
    "FLET_SERVER_UDS_PATH",
    "FLET_ASSETS_DIR",
)


@dataclass(frozen=True, slots=True)
class Machine:
    """What is asked of the computer, gathered so that tests can make one up."""

    platform: str
    environ: Mapping[str, str]
    home: Path
    working: Path
    package: Path | None
    """Folder of the installed `flet_desktop`, if any."""
    package_version: str | None
    flet_version: str

    @property
    def flavor(self) -> str:
        """Which of Flet's two desktop clients this platform uses: `full`, or `light` without media."""
        return self.environ.get("FLET_DESKTOP_FLAVOR") or ("light" if self.platform == "linux" else "full")


def this_machine() -> Machine:
    """The computer we run on. Imports neither Flet nor its desktop package."""
    spec = importlib.util.find_spec("flet_desktop")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    return Machine(
        platform=sys.platform,
        environ=os.environ,
        home=Path.home(),
        working=Path.cwd(),
        package=folder,
        package_version=_version("flet-desktop"),
        flet_version=importlib.metadata.version("flet"),
    )


def present(machine: Machine) -> bool:
    """True when a desktop window of this very version opens without any download."""
    return _can_show(machine) and not _diverted(machine) and _packaged(machine) and _found(machine)


def _can_show(machine: Machine) -> bool:
    # On Windows Flet talks to its client over an open TCP port without any key: the guarded page is safer.
    if machine.platform == "darwin":
        return True
    # Without DISPLAY Flet takes a Linux computer for a server and listens on every network address.
    return machine.platform == "linux" and bool(machine.environ.get("DISPLAY"))


def _diverted(machine: Machine) -> bool:
    # Flet would start any program it finds in ./build/<platform>, be it a disc's own folder.
    build = machine.working / "build" / BUILD.get(machine.platform, "none")
    return build.exists() or any(machine.environ.get(name) for name in DIVERTING)


def _packaged(machine: Machine) -> bool:
    return machine.package is not None and machine.package_version == machine.flet_version


def _found(machine: Machine) -> bool:
    view = machine.environ.get("FLET_VIEW_PATH")
    if view and _holds_client(machine.platform, Path(view)):
        return True
    folder = machine.home / ".flet" / "client" / f"flet-desktop-{machine.flavor}-{machine.flet_version}"
    return _holds_client(machine.platform, folder if machine.platform == "darwin" else folder / "flet")


def _holds_client(platform: str, folder: Path) -> bool:
    if platform == "darwin":
        return folder.is_dir() and any(entry.suffix == ".app" for entry in folder.iterdir())
    return (folder / CLIENT[platform]).is_file()


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None

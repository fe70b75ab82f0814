"""The house rules, run as tests: lint, types, contracts between rooms, sizes, imports, the wheel's content."""

import ast
import shutil
import statistics
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("app", "viewer", "vault")
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
BIN = Path(sys.executable).parent


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)


def test_ruff_finds_nothing() -> None:
    done = run(str(BIN / "ruff"), "check", *ROOMS, "tests")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_layout_of_the_source_is_ruffs() -> None:
    done = run(str(BIN / "ruff"), "format", "--check", *ROOMS, "tests")
    assert done.returncode == 0, done.stdout + done.stderr


def test_mypy_is_content() -> None:
    done = run(str(BIN / "mypy"))
    assert done.returncode == 0, done.stdout + done.stderr


def test_import_contracts_hold() -> None:
    done = run(str(BIN / "lint-imports"), "--no-cache")
    assert done.returncode == 0, done.stdout + done.stderr


# --- sizes -------------------------------------------------------------------------------------------------------


def lines_of(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def functions() -> Iterator[tuple[str, int]]:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_no_file_holds_two_rooms() -> None:
    assert SOURCES
    long = {str(path.relative_to(ROOT)): lines_of(path) for path in SOURCES if lines_of(path) > 400}
    assert not long
    assert statistics.median(map(lines_of, SOURCES)) <= 120


def test_no_function_is_long() -> None:
    sizes = dict(functions())
    assert not {name: size for name, size in sizes.items() if size > 60}
    ordered = sorted(sizes.values())
    assert ordered[len(ordered) * 9 // 10] <= 25
    assert statistics.median(ordered) <= 8


def test_every_module_says_what_it_is_for() -> None:
    silent = [path for path in SOURCES if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert not silent


# --- who loads what ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("room", "foreign"),
    [
        ("viewer", ("flet", "uvicorn", "app", "vault", "cryptography", "keyring", "sqlite3")),
        ("vault", ("flet", "uvicorn", "app", "viewer", "pydicom", "numpy")),
        ("app.cli.commands", ("flet", "uvicorn")),
        ("app.services.load_disc", ("flet", "uvicorn")),
    ],
)
def test_importing_a_room_loads_nothing_foreign(room: str, foreign: tuple[str, ...]) -> None:
    code = f"import sys, {room}; print([name for name in {foreign!r} if name in sys.modules])"
    done = run(sys.executable, "-c", code)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def importers(*names: str) -> set[str]:
    """The source files that import one of these packages at any depth of their code."""
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(module.split(".")[0] in names for module in modules):
                found.add(str(path.relative_to(ROOT)))
    return found


def test_flet_stays_in_the_window() -> None:
    assert all(path.startswith("app/ui/") for path in importers("flet", "flet_web", "flet_desktop", "uvicorn"))


def test_keys_stay_in_the_vault() -> None:
    assert all(path.startswith("vault/") for path in importers("cryptography", "keyring"))


PURE = ("app/record/", "viewer/")


def test_cores_touch_no_disk_clock_or_network() -> None:
    outside = importers("os", "pathlib", "socket", "subprocess", "shutil", "tempfile", "time", "secrets", "random")
    assert {path for path in outside if path.startswith(PURE)} == set()


def test_cores_open_no_files() -> None:
    opened = []
    for path in SOURCES:
        if not str(path.relative_to(ROOT)).startswith(PURE):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("open", "print"):
                opened.append(f"{path}:{node.lineno}")
    assert not opened


# --- what is shipped ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("uv") is None:
        pytest.skip("uv is not on the PATH, so no wheel can be built")
    out = tmp_path_factory.mktemp("wheel")
    done = run("uv", "build", "--wheel", "--offline", "--no-build-isolation", "--out-dir", str(out))
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("*.whl"))


def test_the_wheel_holds_the_rooms_and_nothing_else(wheel: Path) -> None:
    done = run(str(BIN / "check-wheel-contents"), str(wheel))
    assert done.returncode == 0, done.stdout + done.stderr
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"app", "viewer", "vault", "scanfolio-0.1.0.dist-info"}


def test_the_wheel_carries_the_assets_and_the_format(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assets = {f"app/assets/{path.relative_to(ROOT / 'assets').as_posix()}" for path in (ROOT / "assets").rglob("*.*")}
    assert assets
    assert assets <= names
    assert {"vault/FORMAT.md", "vault/keys/words.txt"} <= names


def test_no_private_path_or_registry_is_named() -> None:
    files = run("git", "ls-files").stdout.split()
    told = [name for name in files if name.endswith((".py", ".md", ".toml", "run", ".js", ".css", ".html"))]
    words = ("/work" + "/", "pypi" + ".org", "registry" + ".npmjs", "deb." + "debian")
    assert not [(name, word) for name in told for word in words if word in (ROOT / name).read_text("utf-8")]

"""What every test may stand on: the makers, one small disc, and the real data where it is present."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep each file's tests in one process, and run the journeys last, all in one: the browser's driver keeps an
    event loop running from its first test to its last, and two browsers at once would wait for each other.
    """
    items.sort(key=lambda item: "journeys" in item.path.parts)
    for item in items:
        group = "journeys" if "journeys" in item.path.parts else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real DICOM data; tests that need it skip without it."""
    folder = os.environ.get("SCANFOLIO_CORPUS")
    if not folder:
        pytest.skip("SCANFOLIO_CORPUS does not name the folder of real DICOM data")
    return Path(folder)


@pytest.fixture(scope="session")
def small_disc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A disc of two exams with a DICOMDIR; shared by all tests, so it is never changed."""
    from app.demo import write_small_disc

    folder = tmp_path_factory.mktemp("disc")
    return write_small_disc(folder, 1).folder


@pytest.fixture
def vault_folder(tmp_path: Path) -> Path:
    """A new, empty vault whose passphrase is makers.records.PASSPHRASE and quick to try."""
    from makers.records import new_vault

    return new_vault(tmp_path / "vault")

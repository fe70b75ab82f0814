"""What every test may stand on: the makers, one small disc, and the real data where it is present."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


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


PASSPHRASE = "four plain words here"


@pytest.fixture
def vault_folder(tmp_path: Path) -> Path:
    """A new, empty vault whose passphrase is PASSPHRASE and quick to try."""
    import vault
    from app.services import unlock

    unlock.create(tmp_path / "vault", PASSPHRASE, cost=vault.FLOOR).lock()
    return tmp_path / "vault"

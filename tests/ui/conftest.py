"""For every test of the window: a question can be answered as soon as it is there."""

import pytest

import app.ui.screens.whose


@pytest.fixture(autouse=True)
def quick_hands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.ui.screens.whose, "ARMED_AFTER", 0.0)

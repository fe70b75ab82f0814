"""The verbs of the ways in: what each does to the vault, and which of several is meant."""

import platform
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from makers.records import PASSPHRASE

import vault
from app.errors import Ambiguous, WhichPassphrase
from app.services import unlock, ways_in
from app.services.unlock import Record
from vault import RecoveryWords, ThisComputer, WayKind
from vault.errors import KeyringNotAvailable, LastWayIn, NoSuchWay, NotRemembered, WrongPassphrase

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WORDS = RecoveryWords(bytes(range(16)))


def clock() -> datetime:
    return NOON


class Drawer:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def read(self, name: str) -> str | None:
        return self.kept.get(name)

    def write(self, name: str, secret: str) -> None:
        self.kept[name] = secret

    def delete(self, name: str) -> None:
        self.kept.pop(name, None)


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vault.ways.affordable_cost", lambda: vault.FLOOR)


@pytest.fixture
def record(vault_folder: Path) -> Iterator[Record]:
    with unlock.unlock(vault_folder, PASSPHRASE) as opened:
        yield opened


def opens(folder: Path, way: vault.Way) -> bool:
    try:
        unlock.unlock(folder, way, read_only=True).lock()
    except vault.errors.WrongKey:
        return False
    return True


def test_a_carepartner_gets_a_passphrase_of_their_own(record: Record, vault_folder: Path) -> None:
    way = ways_in.add_passphrase(record, "theirs", "Ben’s", clock)
    assert (way.kind, way.label, way.made) == (WayKind.PASSPHRASE, "Ben’s", NOON)
    assert ways_in.list_ways(record)[1:] == (way,)
    assert opens(vault_folder, "theirs")
    assert opens(vault_folder, PASSPHRASE)


def test_a_passphrase_is_changed_by_whoever_knows_it(record: Record, vault_folder: Path) -> None:
    with pytest.raises(WrongPassphrase):
        ways_in.change_passphrase(record, "wrong", "new", clock)
    assert ways_in.change_passphrase(record, PASSPHRASE, "new", clock).made == NOON
    assert opens(vault_folder, "new")
    assert not opens(vault_folder, PASSPHRASE)


def test_a_forgotten_passphrase_is_replaced(vault_folder: Path) -> None:
    with unlock.unlock(vault_folder, PASSPHRASE) as record:
        record.vault.ways.add_recovery_words(WORDS, "", NOON)
    with unlock.unlock(vault_folder, WORDS) as record:
        ways_in.replace_passphrase(record, ways_in.passphrase_of(record, WORDS).id, "new", clock)
    assert opens(vault_folder, "new")
    assert not opens(vault_folder, PASSPHRASE)


def test_the_passphrase_that_is_meant_is_the_one_that_was_typed(record: Record) -> None:
    theirs = ways_in.add_passphrase(record, "theirs", "", clock)
    assert ways_in.passphrase_of(record, "theirs") == theirs
    assert ways_in.passphrase_of(record, PASSPHRASE) == ways_in.list_ways(record)[0]


def test_or_the_only_one(record: Record) -> None:
    (only,) = ways_in.list_ways(record)
    record.vault.ways.add_recovery_words(WORDS, "", NOON)
    assert ways_in.passphrase_of(record, WORDS) == only
    ways_in.add_passphrase(record, "theirs", "", clock)
    with pytest.raises(WhichPassphrase) as caught:
        ways_in.passphrase_of(record, WORDS)
    assert caught.value.values == {"count": 2}


def test_a_vault_without_a_passphrase_has_none_to_change(record: Record) -> None:
    record.vault.ways.add_recovery_words(WORDS, "", NOON)
    ways_in.revoke(record, ways_in.list_ways(record)[0].id)
    with pytest.raises(WhichPassphrase) as caught:
        ways_in.passphrase_of(record, WORDS)
    assert caught.value.values == {"count": 0}


def test_a_way_is_found_by_the_beginning_of_its_id(record: Record) -> None:
    (only,) = ways_in.list_ways(record)
    for beginning in (only.id, only.id[:8], only.id[:1], only.id[:8].upper()):
        assert ways_in.find_way(record, beginning) == only


@pytest.mark.parametrize("text", ["", "x", "0" * 33])
def test_a_beginning_that_fits_none_is_told(text: str, record: Record) -> None:
    with pytest.raises(NoSuchWay) as caught:
        ways_in.find_way(record, text)
    assert caught.value.id == text


def test_a_beginning_that_fits_several_is_told(record: Record) -> None:
    for _ in range(16):
        record.vault.ways.add_recovery_words(RecoveryWords.new(), "", NOON)
    digits = [way.id[0] for way in ways_in.list_ways(record)]
    twice = next(digit for digit in digits if digits.count(digit) > 1)  # 17 ids, 16 digits
    with pytest.raises(Ambiguous):
        ways_in.find_way(record, twice)


def test_a_way_is_revoked_but_never_the_last(record: Record, vault_folder: Path) -> None:
    first = ways_in.list_ways(record)[0]
    with pytest.raises(LastWayIn):
        ways_in.revoke(record, first.id)
    ways_in.add_passphrase(record, "theirs", "", clock)
    ways_in.revoke(record, first.id)
    assert not opens(vault_folder, PASSPHRASE)
    assert opens(vault_folder, "theirs")


def test_this_computer_is_remembered_and_forgotten(record: Record, vault_folder: Path) -> None:
    computer = ThisComputer(Drawer())
    way = ways_in.remember(record, clock, computer=computer)
    assert (way.kind, way.label, way.made) == (WayKind.COMPUTER, ways_in.computer_name(), NOON)
    assert opens(vault_folder, computer)
    ways_in.forget(record, computer)
    assert not opens(vault_folder, computer)
    with pytest.raises(NotRemembered):
        ways_in.forget(record, computer)


def test_a_computer_takes_the_name_that_is_given(record: Record) -> None:
    assert ways_in.remember(record, clock, "the old laptop", ThisComputer(Drawer())).label == "the old laptop"


def test_without_a_keyring_that_is_told(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    from keyring.backends.null import Keyring

    monkeypatch.setattr(keyring, "get_keyring", Keyring)
    for act in (lambda: ways_in.remember(record, clock), lambda: ways_in.forget(record)):
        with pytest.raises(KeyringNotAvailable) as caught:
            act()
        assert caught.value.reason == "keyring.backends.null.Keyring"


NAMES: list[tuple[Callable[[], str], str]] = [
    (lambda: "anna-laptop", "anna-laptop"),
    (lambda: "", ""),
    (lambda: "x" * 300, "x" * 100),
    (lambda: "é" * 100, ""),
    (lambda: "bell\a", ""),
]


@pytest.mark.parametrize(("node", "name"), NAMES)
def test_a_computers_name_always_fits_a_label(
    node: Callable[[], str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "node", node)
    assert ways_in.computer_name() == name

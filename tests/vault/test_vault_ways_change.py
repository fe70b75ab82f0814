"""Ways in, told, added, changed and revoked on an opened vault."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from vault_keystore import MemoryKeyStore
from vault_shelf import PASSPHRASE, Shelf, load, with_profile

import vault
from vault import FLOOR, RecoveryWords, ThisComputer, WayKind
from vault.crypto.stretch import Cost
from vault.errors import (
    BadLabel,
    EmptyPassphrase,
    KeyringNotAvailable,
    LastWayIn,
    NoSuchWay,
    NotRemembered,
    ReadOnlyVault,
    VaultError,
    VaultLocked,
    WrongKey,
    WrongPassphrase,
    WrongRecoveryWords,
)
from vault.format.header import Slot
from vault.format.prefix import Malformed
from vault.keys.note import LABEL_SIZE, Note

NOW = datetime(2026, 11, 22, 9, 30, 15, tzinfo=UTC)
LATER = NOW + timedelta(days=400)
WORDS = RecoveryWords(bytes(range(16)))
Make = Callable[..., vault.OpenedVault]


@pytest.fixture
def computer() -> ThisComputer:
    return ThisComputer(MemoryKeyStore())


def opens(folder: Path, way: vault.Way) -> bool:
    """Whether a way opens the vault."""
    try:
        vault.unlock(folder, way, Shelf(), read_only=True).lock()
    except WrongKey:
        return False
    return True


def kinds(opened: vault.OpenedVault) -> list[str]:
    return [one.kind.value for one in opened.ways.all()]


def test_a_new_vault_has_one_way_in(make: Make) -> None:
    with make(label="Anna’s", made=NOW) as opened:
        (only,) = opened.ways.all()
        assert (only.kind, only.label, only.made, only.cost) == (WayKind.PASSPHRASE, "Anna’s", NOW, FLOOR)
        assert len(only.id) == 32


def test_what_nobody_said_is_not_made_up(make: Make) -> None:
    with make() as opened:
        (only,) = opened.ways.all()
        assert (only.label, only.made) == ("", None)


def test_every_kind_opens_and_is_told(make: Make, folder: Path, computer: ThisComputer) -> None:
    with make() as opened:
        profile = with_profile(opened)
        load(opened, profile, range(2))
        added = [
            opened.ways.add_passphrase("another", "Ben’s", NOW, FLOOR),
            opened.ways.add_recovery_words(WORDS, "page", NOW),
            opened.ways.remember(computer, "laptop", NOW),
        ]
        assert list(opened.ways.all()[1:]) == added
        assert kinds(opened) == ["passphrase", "passphrase", "recovery words", "computer"]
    for way in (PASSPHRASE, "another", WORDS, computer):
        with vault.unlock(folder, way, Shelf()) as opened:
            assert opened.query("SELECT count(*) FROM item") == [(2,)]
            assert list(opened.ways.all()[1:]) == added
            assert opened.verify().ok


def test_each_way_finds_its_own_slot(make: Make, computer: ThisComputer) -> None:
    with make() as opened:
        first = opened.ways.all()[0]
        second = opened.ways.add_passphrase("another", "", NOW, FLOOR)
        words = opened.ways.add_recovery_words(WORDS, "", NOW)
        here = opened.ways.remember(computer, "", NOW)
        found = [opened.ways.find(way) for way in (PASSPHRASE, "another", WORDS, computer)]
        assert found == [first, second, words, here]


@pytest.mark.parametrize(
    ("way", "error"),
    [
        ("wrong", WrongPassphrase),
        ("", WrongPassphrase),
        (RecoveryWords(bytes(16)), WrongRecoveryWords),
        (ThisComputer(MemoryKeyStore()), NotRemembered),
        (" ".join(WORDS.words), WrongPassphrase),
    ],
)
def test_a_wrong_way_is_told_by_its_kind_and_nothing_else(
    way: vault.Way, error: type[VaultError], make: Make, folder: Path, computer: ThisComputer
) -> None:
    with make() as opened:
        opened.ways.add_recovery_words(WORDS, "", NOW)
        opened.ways.remember(computer, "", NOW)
        with pytest.raises(error) as found:
            opened.ways.find(way)
    with pytest.raises(error) as caught:
        vault.unlock(folder, way, Shelf())
    assert caught.value.args == found.value.args == ()
    assert vars(caught.value) == {}


@pytest.mark.parametrize(
    ("way", "error"), [(WORDS, WrongRecoveryWords), (RecoveryWords(bytes(16)), WrongRecoveryWords)]
)
def test_a_vault_without_words_refuses_them(way: vault.Way, error: type, make: Make, folder: Path) -> None:
    make().lock()
    with pytest.raises(error):
        vault.unlock(folder, way, Shelf())


def test_the_keyring_is_not_asked_for_a_vault_that_it_does_not_open(make: Make, folder: Path) -> None:
    make().lock()
    store = MemoryKeyStore()
    with pytest.raises(NotRemembered):
        vault.unlock(folder, ThisComputer(store), Shelf())
    assert store.calls == []


def test_an_entry_of_another_computer_does_not_open(make: Make, folder: Path, computer: ThisComputer) -> None:
    other = ThisComputer(MemoryKeyStore())
    with make() as opened:
        opened.ways.remember(computer, "one", NOW)
        opened.ways.remember(other, "two", NOW)
        assert kinds(opened) == ["passphrase", "computer", "computer"]
    assert opens(folder, computer)
    assert opens(folder, other)
    computer.store.kept[opened.id] = other.store.kept[opened.id][:32] + computer.store.kept[opened.id][32:]
    assert not opens(folder, computer)


def test_a_keyring_that_fails_is_told_at_unlocking(make: Make, folder: Path, computer: ThisComputer) -> None:
    with make() as opened:
        opened.ways.remember(computer, "", NOW)
    computer.store.refuse = {"read"}
    with pytest.raises(KeyringNotAvailable):
        vault.unlock(folder, computer, Shelf())


def test_words_and_the_keyring_need_no_stretching(
    make: Make, folder: Path, computer: ThisComputer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with make() as opened:
        opened.ways.add_recovery_words(WORDS, "", NOW)
        opened.ways.remember(computer, "", NOW)
    monkeypatch.setattr("vault.keys.slot.stretch", lambda *_: pytest.fail("stretched"))
    assert opens(folder, WORDS)
    assert opens(folder, computer)


# --- changing ----------------------------------------------------------------------------------------------------


def test_a_changed_passphrase_keeps_its_slot(make: Make, folder: Path) -> None:
    with make(label="Anna’s", made=NOW) as opened:
        (before,) = opened.ways.all()
        after = opened.ways.change_passphrase(before.id, "new", LATER, FLOOR)
        assert (after.id, after.label, after.made) == (before.id, "Anna’s", LATER)
        assert opened.ways.all() == (after,)
    assert opens(folder, "new")
    assert not opens(folder, PASSPHRASE)


def test_after_a_change_the_old_passphrase_opens_neither_copy(make: Make, folder: Path) -> None:
    with make() as opened:
        opened.ways.change_passphrase(opened.ways.all()[0].id, "new", NOW, FLOOR)
    assert (folder / "header.a").read_bytes() == (folder / "header.b").read_bytes()
    for name in ("header.a", "header.b"):
        (folder / name).rename(folder / "aside")
        assert not opens(folder, PASSPHRASE)
        assert opens(folder, "new")
        (folder / "aside").rename(folder / name)


def test_a_change_is_one_write_of_the_header(make: Make, folder: Path) -> None:
    with make() as opened:
        way = opened.ways.all()[0].id
        for number, change in enumerate(
            [
                lambda: opened.ways.change_passphrase(way, "new", NOW, FLOOR),
                lambda: opened.ways.add_passphrase("another", "", NOW, FLOOR),
                lambda: opened.ways.revoke(way),
            ],
            2,
        ):
            change()
            assert opened._session.header.generation == number
            assert int.from_bytes((folder / "header.a").read_bytes()[32:40], "big") == number


def test_the_forgotten_passphrase_is_replaced_with_the_words(make: Make, folder: Path) -> None:
    with make() as opened:
        opened.ways.add_recovery_words(WORDS, "", NOW)
    with vault.unlock(folder, WORDS, Shelf()) as opened:
        forgotten = next(way for way in opened.ways.all() if way.kind is WayKind.PASSPHRASE)
        opened.ways.change_passphrase(forgotten.id, "remembered", LATER, FLOOR)
    assert opens(folder, "remembered")
    assert opens(folder, WORDS)
    assert not opens(folder, PASSPHRASE)


def test_the_same_passphrase_again_takes_todays_cost(make: Make, folder: Path) -> None:
    dearer = Cost(20 * 1024, 2, 1)
    with make() as opened:
        assert opened.ways.change_passphrase(opened.ways.all()[0].id, PASSPHRASE, NOW, dearer).cost == dearer
    with vault.unlock(folder, PASSPHRASE, Shelf()) as opened:
        assert opened.ways.all()[0].cost == dearer


def test_opening_never_changes_a_slots_cost(make: Make, folder: Path, reopen: Make) -> None:
    make().lock()
    before = (folder / "header.a").read_bytes()
    reopen().lock()
    assert (folder / "header.a").read_bytes() == before


def test_without_a_cost_the_machine_is_measured(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    cost = Cost(20 * 1024, 3, 2)
    monkeypatch.setattr("vault.ways.affordable_cost", lambda: cost)
    with make() as opened:
        assert opened.ways.add_passphrase("another", "", NOW).cost == cost
        assert opened.ways.change_passphrase(opened.ways.all()[0].id, "new", NOW).cost == cost


@pytest.mark.parametrize("id", ["", "0" * 32, "no hex"])
def test_a_way_that_is_not_there_is_told(id: str, make: Make) -> None:
    with make() as opened:
        for act in (opened.ways.revoke, lambda way: opened.ways.change_passphrase(way, "new", NOW, FLOOR)):
            with pytest.raises(NoSuchWay) as caught:
                act(vault.WayId(id))
            assert caught.value.id == id


def test_only_a_passphrase_is_changed_to_another(make: Make) -> None:
    with make() as opened:
        words = opened.ways.add_recovery_words(WORDS, "", NOW)
        with pytest.raises(NoSuchWay):
            opened.ways.change_passphrase(words.id, "new", NOW, FLOOR)


def test_no_way_in_is_an_empty_passphrase(make: Make) -> None:
    with make() as opened:
        way = opened.ways.all()[0]
        with pytest.raises(EmptyPassphrase):
            opened.ways.add_passphrase("", "", NOW, FLOOR)
        with pytest.raises(EmptyPassphrase):
            opened.ways.change_passphrase(way.id, "", NOW, FLOOR)
        assert opened.ways.all() == (way,)


# --- revoking ----------------------------------------------------------------------------------------------------


def test_a_revoked_way_does_not_open(make: Make, folder: Path) -> None:
    with make() as opened:
        first = opened.ways.all()[0]
        opened.ways.add_passphrase("another", "", NOW, FLOOR)
        opened.ways.revoke(first.id)
        with pytest.raises(NoSuchWay):
            opened.ways.revoke(first.id)
    assert not opens(folder, PASSPHRASE)
    assert opens(folder, "another")


def test_the_last_way_in_stays(make: Make, folder: Path) -> None:
    with make() as opened:
        (only,) = opened.ways.all()
        with pytest.raises(LastWayIn):
            opened.ways.revoke(only.id)
        assert opened.ways.all() == (only,)
        assert opened._session.header.generation == 1
    assert opens(folder, PASSPHRASE)


def test_words_may_be_the_only_way_in(make: Make, folder: Path) -> None:
    with make() as opened:
        first = opened.ways.all()[0]
        words = opened.ways.add_recovery_words(WORDS, "", NOW)
        opened.ways.revoke(first.id)
        with pytest.raises(LastWayIn):
            opened.ways.revoke(words.id)
    assert opens(folder, WORDS)


def test_a_computer_is_never_the_only_way_in(make: Make, folder: Path, computer: ThisComputer) -> None:
    with make() as opened:
        first = opened.ways.all()[0]
        opened.ways.remember(computer, "", NOW)
        with pytest.raises(LastWayIn):
            opened.ways.revoke(first.id)
    assert opens(folder, PASSPHRASE)


def test_a_kind_from_a_later_program_is_told_kept_and_never_the_only_way(make: Make, reopen: Make) -> None:
    with make() as opened:
        id = bytes(16)
        note = opened._session.ring.note(id).seal(Note("later").encode())
        opened.ways._change(lambda old: (*old, Slot(77, id, bytes(note), b"?")))
    with reopen() as opened:
        first, told = opened.ways.all()
        assert (told.kind, told.label, told.cost) == (WayKind.UNKNOWN, "later", None)
        with pytest.raises(LastWayIn):
            opened.ways.revoke(first.id)
        opened.ways.add_recovery_words(WORDS, "", NOW)
        assert opened._session.header.slots[1].content == b"?"
        opened.ways.revoke(told.id)
        assert kinds(opened) == ["passphrase", "recovery words"]


# --- this computer -----------------------------------------------------------------------------------------------


def test_a_computer_is_remembered_once(make: Make, computer: ThisComputer) -> None:
    with make() as opened:
        first = opened.ways.remember(computer, "laptop", NOW)
        assert opened.ways.remember(computer, "again", LATER) == first
        assert kinds(opened) == ["passphrase", "computer"]


def test_a_stale_entry_is_replaced(make: Make, folder: Path, computer: ThisComputer) -> None:
    with make() as opened:
        computer.store.kept[opened.id] = "ab" * 48
        opened.ways.remember(computer, "", NOW)
    assert opens(folder, computer)


def test_forgetting_takes_slot_and_entry(make: Make, folder: Path, computer: ThisComputer) -> None:
    with make() as opened:
        opened.ways.remember(computer, "", NOW)
        opened.ways.forget(computer)
        assert kinds(opened) == ["passphrase"]
        assert computer.store.kept == {}
        with pytest.raises(NotRemembered):
            opened.ways.forget(computer)
    assert not opens(folder, computer)


def test_forgetting_what_was_revoked_elsewhere_takes_the_entry(make: Make, computer: ThisComputer) -> None:
    with make() as opened:
        here = opened.ways.remember(computer, "", NOW)
        opened.ways.revoke(here.id, ThisComputer(MemoryKeyStore()))
        assert computer.store.kept
        opened.ways.forget(computer)
        assert computer.store.kept == {}


def test_revoking_this_computer_takes_its_entry(make: Make, computer: ThisComputer) -> None:
    with make() as opened:
        here = opened.ways.remember(computer, "", NOW)
        opened.ways.revoke(here.id, computer)
        assert computer.store.kept == {}


def test_revoking_another_computer_leaves_the_entry_of_this_one(
    make: Make, folder: Path, computer: ThisComputer
) -> None:
    other = ThisComputer(MemoryKeyStore())
    with make() as opened:
        there = opened.ways.remember(other, "", NOW)
        opened.ways.remember(computer, "", NOW)
        opened.ways.revoke(there.id, computer)
    assert opens(folder, computer)
    assert not opens(folder, other)


@pytest.mark.parametrize("refuse", ["read", "delete"])
def test_a_keyring_that_fails_does_not_keep_a_way_open(
    refuse: str, make: Make, folder: Path, computer: ThisComputer
) -> None:
    with make() as opened:
        here = opened.ways.remember(computer, "", NOW)
        computer.store.refuse = {refuse}
        opened.ways.revoke(here.id, computer)
    computer.store.refuse = set()
    assert not opens(folder, computer)


def test_revoking_a_passphrase_leaves_the_keyring_alone(make: Make) -> None:
    store = MemoryKeyStore()
    with make() as opened:
        another = opened.ways.add_passphrase("another", "", NOW, FLOOR)
        opened.ways.revoke(another.id, ThisComputer(store))
    assert store.calls == []


@pytest.mark.parametrize("refuse", ["read", "write"])
def test_without_a_keyring_nothing_is_remembered(refuse: str, make: Make, folder: Path, computer: ThisComputer) -> None:
    computer.store.refuse = {refuse}
    with make() as opened:
        with pytest.raises(KeyringNotAvailable):
            opened.ways.remember(computer, "", NOW)
        assert kinds(opened) == ["passphrase"]
        assert opened._session.header.generation == 1


# --- notes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["x" * 121, "é" * 61, "two\nlines", "\x1b[31mred", "nul\0", "\udcff", "\u202egnirts"])
def test_a_label_that_cannot_be_kept_or_shown_is_refused(label: str, make: Make, computer: ThisComputer) -> None:
    with make() as opened:
        for act in (
            lambda: opened.ways.add_passphrase("another", label, NOW, FLOOR),
            lambda: opened.ways.add_recovery_words(WORDS, label, NOW),
            lambda: opened.ways.remember(computer, label, NOW),
        ):
            with pytest.raises(BadLabel) as caught:
                act()
            assert caught.value.limit == LABEL_SIZE
        assert kinds(opened) == ["passphrase"]
    assert computer.store.kept == {}


def test_a_bad_label_makes_no_vault(make: Make, folder: Path) -> None:
    with pytest.raises(BadLabel):
        make(label="x" * 121)
    assert not folder.exists()


@pytest.mark.parametrize("label", ["", "x" * 120, "é" * 60, "Zoë’s passphrase", "爸爸"])
@pytest.mark.parametrize(
    "made", [None, NOW, datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)]
)
def test_a_note_reads_back_and_is_always_as_long(label: str, made: datetime | None) -> None:
    note = Note(label, made)
    assert len(note.encode()) == 128
    assert Note.decode(note.encode()) == note


def test_a_moment_is_kept_to_the_second_whatever_its_zone() -> None:
    here = datetime(2026, 11, 22, 10, 30, 15, 999999, tzinfo=timezone(timedelta(hours=1)))
    assert Note.decode(Note("", here).encode()).made == NOW


def test_a_clock_before_1970_is_not_known() -> None:
    assert Note.decode(Note("", datetime(1960, 1, 1, tzinfo=UTC)).encode()).made is None


@pytest.mark.parametrize("data", [b"", bytes(127), bytes(129), bytes(8) + b"\xff" + bytes(119), bytes(9) + b"\n" * 119])
def test_a_note_that_does_not_parse_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        Note.decode(data)


def test_a_label_is_nowhere_in_clear(make: Make, folder: Path) -> None:
    with make(label="MARKER of a name") as opened:
        way = opened.ways.add_passphrase("another", "MARKER of another", NOW, FLOOR)
        assert "MARKER" not in repr(way) + repr(opened.ways) + repr(Note("MARKER"))
    assert not any(b"MARKER" in path.read_bytes() for path in folder.rglob("*") if path.is_file())


# --- who may ----------------------------------------------------------------------------------------------------


ACTS: dict[str, Callable[[vault.Ways, vault.WayId], object]] = {
    "add": lambda ways, id: ways.add_passphrase("another", "", NOW, FLOOR),
    "change": lambda ways, id: ways.change_passphrase(id, "new", NOW, FLOOR),
    "words": lambda ways, id: ways.add_recovery_words(WORDS, "", NOW),
    "remember": lambda ways, id: ways.remember(ThisComputer(MemoryKeyStore()), "", NOW),
    "forget": lambda ways, id: ways.forget(ThisComputer(MemoryKeyStore())),
    "revoke": lambda ways, id: ways.revoke(id),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_reader_changes_no_way_in(act: str, make: Make, reopen: Make, folder: Path) -> None:
    make().lock()
    before = (folder / "header.a").read_bytes()
    with reopen(read_only=True) as opened:
        id = opened.ways.all()[0].id
        with pytest.raises(ReadOnlyVault):
            ACTS[act](opened.ways, id)
    assert (folder / "header.a").read_bytes() == before


@pytest.mark.parametrize("act", [*ACTS, "all", "find"])
def test_a_locked_vault_tells_and_changes_nothing(act: str, make: Make) -> None:
    opened = make()
    ways, id = opened.ways, opened.ways.all()[0].id
    opened.lock()
    with pytest.raises(VaultLocked):
        if act == "all":
            ways.all()
        elif act == "find":
            ways.find(PASSPHRASE)
        else:
            ACTS[act](ways, id)


def test_a_way_is_added_while_an_import_goes_on(make: Make, folder: Path) -> None:
    with make() as opened:
        with opened.write() as w:
            profile = w.new_profile()
            w.append("item", {"name": "n", "object": w.put(profile, b"content").id, "import": 0}, profile)
            opened.ways.add_passphrase("another", "", NOW, FLOOR)
        opened.ways.add_recovery_words(WORDS, "", NOW)
        assert opened.verify().ok
    for way in (PASSPHRASE, "another", WORDS):
        with vault.unlock(folder, way, Shelf()) as opened:
            assert len(opened.profiles) == 1
            assert opened.query("SELECT name FROM item") == [("n",)]

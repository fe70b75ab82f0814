"""What was once decided stays: known answers of every derivation, and a vault that opens for ever."""

import hashlib
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

import vault
from vault.crypto.seal import PlainEncryptor, unseal
from vault.crypto.stretch import Cost, stretch
from vault.format import manifest, pack
from vault.format.pack import EVENTS, PLAIN, ZSTD, Entry
from vault.keys import slot as slots
from vault.keys.ring import ProfileKeys, Ring, Sealing

VECTORS = Path(__file__).parent.parent / "vectors"
sys.path.insert(0, str(VECTORS))
import make_known_answers as book  # noqa: E402
import make_sample_vault as sample  # noqa: E402
import read_vault as reader  # noqa: E402

ANSWERS: dict[str, Any] = json.loads((VECTORS / "known_answers.json").read_text(encoding="utf-8"))
CONTENT = bytes(range(256)) * 80


def sealings() -> dict[str, Sealing]:
    ring, keys = Ring(book.VAULT, book.VAULT_KEY), ProfileKeys(book.VAULT, book.PROFILE, book.PROFILE_KEY + book.ID_KEY)
    return {
        "object": keys.object(book.PACK, 7),
        "trailer": keys.trailer(book.PACK),
        "events": keys.events(book.LOG, 3),
        "frame": ring.frame(book.LOG, 3, book.PREVIOUS),
        "snapshot": ring.snapshot(book.SNAPSHOT),
        "profile": ring._wrapping(book.PROFILE),
        "note": ring.note(book.SLOT),
    }


def test_the_answers_are_the_books() -> None:
    assert book.answers() == ANSWERS


def test_the_stretched_passphrase() -> None:
    key = stretch("Ångström ﬁ", bytes(range(16)), Cost(19456, 2, 1))
    assert key.hex() == ANSWERS["stretched"]


@pytest.mark.parametrize("kind", ["object", "trailer", "events", "frame", "snapshot", "profile", "note"])
def test_contexts_and_keys(kind: str) -> None:
    sealing = sealings()[kind]
    purpose = {"frame": "log"}.get(kind, kind)
    keys = ANSWERS["profile keys"] | ANSWERS["vault keys"]
    assert sealing.context.hex() == ANSWERS["contexts"][kind]
    assert sealing.key.hex() == keys[purpose]


def test_a_slots_context_and_the_keys_of_its_kinds() -> None:
    assert slots._context(book.VAULT, 1, book.SLOT, b"terms").hex() == ANSWERS["contexts"]["slot"]
    words = slots._words_key(book.VAULT, book.SLOT, vault.RecoveryWords(book.ENTROPY))
    assert words.hex() == ANSWERS["slot keys"]["words"]
    computer = slots.derive(book.SECRET, "computer", book.VAULT, book.SLOT)
    assert computer.hex() == ANSWERS["slot keys"]["computer"]


@pytest.mark.parametrize("entropy", ANSWERS["recovery words"])
def test_recovery_words(entropy: str) -> None:
    listed = ANSWERS["recovery words"][entropy]
    assert list(vault.RecoveryWords(bytes.fromhex(entropy)).words) == listed
    assert vault.RecoveryWords.parse(" ".join(listed)).entropy.hex() == entropy


def test_the_headers_mac_and_the_object_id() -> None:
    ring, keys = Ring(book.VAULT, book.VAULT_KEY), ProfileKeys(book.VAULT, book.PROFILE, book.PROFILE_KEY + book.ID_KEY)
    header_key = bytes.fromhex(ANSWERS["vault keys"]["header"])
    assert ring.header_mac(b"covered") == book.hmac.digest(header_key, b"covered", "sha256")
    assert keys.id(hashlib.sha256(CONTENT).digest()) == ANSWERS["object id"]


def test_a_manifest_and_a_trailer() -> None:
    keys = ProfileKeys(book.VAULT, book.PROFILE, book.PROFILE_KEY + book.ID_KEY)
    told = [(0, "note", '{"name":"Größe","size":1.5}'), (1, "vault.beside", f'{{"packs":["{book.PACK.hex()}"]}}')]
    data = manifest.encode([manifest.text(7, book.LOG, 3, told)])
    assert data.decode() == ANSWERS["manifest"]
    ids = [bytes.fromhex(keys.id(hashlib.sha256(one).digest())) for one in (CONTENT, data)]
    entries = Entry(ids[0], len(CONTENT), len(CONTENT), PLAIN), Entry(ids[1], len(data), 90, ZSTD, EVENTS)
    assert pack.trailer(entries).hex() == ANSWERS["trailer"]


def test_a_sealed_object() -> None:
    one = sealings()["object"]
    encryptor = PlainEncryptor(one.key, one.context, lambda _: book.SALT)
    room = bytearray(len(CONTENT) + 200)
    sealed = bytes(room[: encryptor.update_into(CONTENT, room)]) + encryptor.finalize()
    assert sealed[:80].hex() == ANSWERS["sealed object start"]
    assert hashlib.sha256(sealed).hexdigest() == ANSWERS["sealed object sha256"]
    assert unseal(one.key, one.context, sealed) == CONTENT


def test_a_sealed_empty_message_opens() -> None:
    assert sealings()["frame"].unseal(bytes.fromhex(ANSWERS["sealed empty"])) == b""


def test_the_sample_vault_of_format_1_opens() -> None:
    folder = VECTORS / "vault_format_1"
    with vault.unlock(folder, sample.PASSPHRASE, sample.Notes(), read_only=True) as opened:
        rows = opened.query("SELECT name, object, profile FROM note")
        assert {row[0] for row in rows} == set(sample.CONTENTS)
        for name, id, profile in rows:
            assert opened.read(id) == sample.CONTENTS[name]
            assert profile in opened.profiles
        found = opened.verify()
        assert found.ok
        assert (found.objects, found.packs, found.strays, found.torn) == (6, 4, (), ())
        assert {row[0] for row in opened.query("SELECT encoding FROM vault_object")} == {PLAIN, ZSTD}
        assert len(opened.profiles) == 3
        assert opened.query("SELECT count(*) FROM vault_destroyed") == [(1,)]
        assert opened.query("SELECT count(*) FROM vault_manifest") == [(4,)]
        assert [(opened.read(one.id), one.at) for one in opened.deleted] == [
            (sample.CONTENTS[sample.DELETED], sample.MADE)
        ]
    assert len(list((folder / "snap").iterdir())) == 1


def test_a_reader_made_from_the_page_alone_reads_the_sample_vault() -> None:
    """All contents, all names, the deletion, the destruction, the snapshot; and packs tell what the logs do."""
    found = reader.read(VECTORS / "vault_format_1", sample.PASSPHRASE)
    named = {str(body["name"]): bytes.fromhex(str(body["object"])) for _, body, _ in found.events}
    assert {name: found.contents[id] for name, id in named.items()} == sample.CONTENTS
    assert found.binned == {named[sample.DELETED]}
    assert len(found.destroyed) == 1
    assert not found.destroyed & found.profiles.keys()
    assert [image[:16] for image in found.snapshots] == [b"SQLite format 3\0"]
    told = [(kind, body, profile) for *_, profile, events in sorted(found.records) for _, kind, body in events]
    assert [event for event in told if not event[0].startswith("vault.")] == found.events
    assert "vault.delete" in {kind for kind, _, _ in told}


def test_the_sample_vault_is_whole_from_its_packs_alone(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    shutil.copytree(VECTORS / "vault_format_1", folder)
    shutil.rmtree(folder / "log")
    shutil.rmtree(folder / "snap")
    with vault.unlock(folder, sample.PASSPHRASE, sample.Notes()) as opened:
        opened.repair()
        notes = opened.query("SELECT name, object FROM note")
        assert {name: opened.read(id) for name, id in notes} == sample.CONTENTS
        assert (opened.verify().ok, len(opened.deleted)) == (True, 1)


WAYS = {
    "passphrase": sample.PASSPHRASE,
    "another passphrase": sample.ANOTHER,
    "recovery words": sample.WORDS,
    "computer": vault.ThisComputer(sample.Drawer(sample.keyring_of(VECTORS / "vault_format_1").read_text("ascii"))),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_sample_vault_opens_in_every_way(way: str) -> None:
    with vault.unlock(VECTORS / "vault_format_1", WAYS[way], sample.Notes(), read_only=True) as opened:
        told = opened.ways.all()
    assert [one.kind.value for one in told] == ["passphrase", "passphrase", "recovery words", "computer"]
    assert [one.label for one in told] == ["", sample.LABEL, "", "A computer"]
    assert {one.made for one in told} == {sample.MADE}
    assert [one.cost for one in told] == [vault.FLOOR, vault.FLOOR, None, None]


def test_the_sample_vault_can_be_written_to(tmp_path: Path) -> None:
    folder = tmp_path / "vault"
    shutil.copytree(VECTORS / "vault_format_1", folder)
    with vault.unlock(folder, sample.PASSPHRASE, sample.Notes()) as opened:
        profile = opened.profiles[0]
        with opened.write() as w:
            w.append("note", {"name": "new", "object": w.put(profile, b"new").id}, profile)
    with vault.unlock(folder, sample.PASSPHRASE, sample.Notes(), read_only=True) as opened:
        assert opened.verify().ok
        assert len(opened.query("SELECT * FROM note")) == len(sample.CONTENTS) + 1


def test_the_script_still_makes_such_a_vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample.session, "SNAPSHOT_AFTER", sample.session.SNAPSHOT_AFTER)
    monkeypatch.setattr(sample.pace, "SLOW", 0)
    sample.make(tmp_path / "vault")
    kept = VECTORS / "vault_format_1"

    def shape(folder: Path) -> list[tuple[str, int]]:
        """Names of folders and sizes, but not of what another version of the compressor may make shorter."""
        found = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "snap"]
        sizes = [(path, path.stat().st_size if path.parent.name != "packs" else 0) for path in found]
        return sorted((str(path.parent.relative_to(folder)), size) for path, size in sizes)

    assert shape(tmp_path / "vault") == shape(kept)

"""Bytes changed behind the vault's back: noticed, never wrong content, never an error without a type."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from vault_shelf import PASSPHRASE, Shelf, with_profile
from vault_simdisk import Inode, SimDisk

import vault
from vault import session
from vault.crypto.derive import derive
from vault.errors import Damaged, NoSuchFile, NoSuchObject, VaultError
from vault.format import log as log_format
from vault.format import pack as pack_format
from vault.format.prefix import checksum

HERE = Path("/v")
CONTENTS = {"a": b"first", "b": b"", "c": bytes(range(256)) * 65}


@pytest.fixture(scope="module")
def sample() -> SimDisk:
    """A small vault: two sessions' logs, two packs, and a snapshot."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "SNAPSHOT_AFTER", 1)
        return build(CONTENTS)


def build(contents: dict[str, bytes]) -> SimDisk:
    disk = SimDisk()
    names = list(contents)
    with vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as opened:
        profile = with_profile(opened)
        put(opened, profile, {names[0]: contents[names[0]]})
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk) as opened:
        put(opened, profile, {name: contents[name] for name in names[1:]})
    return disk.copy()


def put(opened: vault.OpenedVault, profile: vault.ProfileId, contents: dict[str, bytes]) -> None:
    with opened.write() as w:
        for name, data in contents.items():
            w.append("item", {"name": name, "object": w.put(profile, data).id, "import": 0}, profile)


def files(disk: SimDisk) -> list[Path]:
    return sorted(p for p, inode in disk.names_now.items() if not inode.folder and p.name != "writer")


def with_data(disk: SimDisk, path: Path, data: bytes) -> SimDisk:
    """The same disk with one file's bytes replaced; the others are shared."""
    other = SimDisk()
    other.names_now = {**disk.names_now, path: Inode(bytearray(data), data)}
    return other


def judge(disk: SimDisk) -> str:
    """What opening and a deep check say; raises if they say something that is not so."""
    try:
        opened = vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk, read_only=True)
    except VaultError:
        return "refused"
    with opened:
        rows = opened.query("SELECT name, object FROM item")
        lost = len(CONTENTS) - len(rows)
        for name, id in rows:
            try:
                assert opened.read(id) == CONTENTS[name]
            except (Damaged, NoSuchObject, NoSuchFile):
                lost += 1
        found = opened.verify()
        assert found.objects == found.intact + len(found.damaged) + len(found.missing)
        assert not (lost and found.ok), "content is lost and the check is content"
        return "told" if not found.ok else "torn" if found.torn else "silent"


def test_the_sample_is_whole(sample: SimDisk) -> None:
    assert judge(sample) == "silent"
    folders = [path.parent.name for path in files(sample)]
    assert sorted(folders) == ["log", "log", "packs", "packs", "snap", "v", "v"]


def flips(disk: SimDisk) -> Iterator[tuple[SimDisk, Path, int]]:
    for path in files(disk):
        data = bytes(disk.names_now[path].data)
        # Both ends byte by byte; between them a slice, and of a long object every chunk. The long form flips them all.
        step = 13 if len(data) < 4000 else 211
        offsets = {*range(0, len(data), step), *range(min(120, len(data))), *range(max(len(data) - 120, 0), len(data))}
        for at in sorted(offsets):
            changed = bytearray(data)
            changed[at] ^= 1 << at % 8
            yield with_data(disk, path, bytes(changed)), path, at


def test_a_flipped_byte_is_told_wherever_it_is(sample: SimDisk) -> None:
    verdicts: dict[str, set[str]] = {}
    for disk, path, at in flips(sample):
        verdict = judge(disk)
        assert verdict != "silent", (path, at)
        verdicts.setdefault(path.parent.name, set()).add(verdict)
    assert verdicts == {"v": {"told"}, "packs": {"told"}, "snap": {"told"}, "log": {"told"}}


def test_a_flipped_byte_of_a_log_that_no_snapshot_knows_is_told() -> None:
    disk = build({"a": CONTENTS["a"], "b": CONTENTS["b"], "c": CONTENTS["c"]})
    for changed, path, at in flips(disk):
        if path.parent.name == "log":
            verdict = judge(changed)  # the closing frame holds nothing: a torn one loses nothing
            assert verdict in {"told", "torn"}, (path, at)


def test_a_truncation_is_told_at_any_length(sample: SimDisk) -> None:
    for path in files(sample):
        data = bytes(sample.names_now[path].data)
        step = {"packs": 97, "snap": 97}.get(path.parent.name, 7)
        for length in {*range(0, len(data), step), *range(max(len(data) - 80, 0), len(data))}:
            assert judge(with_data(sample, path, data[:length])) in {"told", "refused"}, (path, length)


def test_bytes_added_to_a_file_are_told(sample: SimDisk) -> None:
    for path in files(sample):
        data = bytes(sample.names_now[path].data)
        verdict = judge(with_data(sample, path, data + b"more"))
        assert verdict == ("torn" if path.parent.name == "log" else "told"), path


def test_a_missing_file_is_told(sample: SimDisk) -> None:
    for path in files(sample):
        disk = sample.copy()
        del disk.names_now[path]
        verdict = judge(disk)
        assert verdict == ("silent" if path.parent.name == "snap" else "told"), path


def test_a_missing_pack_names_its_objects_and_takes_them_again(sample: SimDisk) -> None:
    disk = sample.copy()
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk) as opened:
        id = opened.query("SELECT object FROM item WHERE name = 'c'")[0][0]
        pack = next(p for p in files(disk) if p.parent.name == "packs" and len(disk.names_now[p].data) > 9000)
        del disk.names_now[pack]
        found = opened.verify(deep=False)
        assert found.missing_packs == (pack.name,)
        assert id in found.missing
        assert len(found.missing) == 2
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk) as opened:
        profile = opened.profiles[0]
        with opened.write() as w:
            assert w.put(profile, CONTENTS["c"]).new
            assert w.put(profile, CONTENTS["b"]).new
        assert opened.read(id) == CONTENTS["c"]
        assert opened.verify().missing == ()


def test_packs_that_changed_places_do_not_open(sample: SimDisk) -> None:
    first, second = (p for p in files(sample) if p.parent.name == "packs")
    disk = sample.copy()
    disk.names_now[first], disk.names_now[second] = disk.names_now[second], disk.names_now[first]
    assert judge(disk) == "told"
    for path in (first, second):  # and with a head that says what the name says
        inode = disk.names_now[path]
        inode.data[: pack_format.HEAD_SIZE] = pack_format.head(bytes.fromhex(path.name))
    assert judge(disk) == "told"


def test_logs_that_changed_places_do_not_open(sample: SimDisk) -> None:
    first, second = (p for p in files(sample) if p.parent.name == "log")
    disk = sample.copy()
    disk.names_now[first], disk.names_now[second] = disk.names_now[second], disk.names_now[first]
    for path in (first, second):
        disk.names_now[path].data[: log_format.HEAD_SIZE] = log_format.head(bytes.fromhex(path.name))
    assert judge(disk) == "told"


def test_another_vaults_files_are_not_taken_for_ours(sample: SimDisk) -> None:
    other = build({"x": b"1", "y": b"2"})
    for folder in ("log", "packs"):
        disk = sample.copy()
        ours = next(p for p in files(disk) if p.parent.name == folder)
        theirs = next(p for p in files(other) if p.parent.name == folder)
        disk.names_now[ours] = other.names_now[theirs]
        assert judge(disk) == "told"
    disk = sample.copy()
    for name in ("header.a", "header.b"):
        disk.names_now[HERE / name] = other.names_now[HERE / name]
    assert judge(disk) == "told"


def test_a_frame_forged_with_a_right_checksum_is_told(sample: SimDisk) -> None:
    path = next(p for p in files(sample) if p.parent.name == "log")
    data = bytearray(sample.names_now[path].data)
    head = log_format.read_frame_head(bytes(data[log_format.HEAD_SIZE :]))
    start = log_format.HEAD_SIZE + log_format.FRAME_HEAD_SIZE
    data[start + 70] ^= 1
    data[start + head.size : start + head.size + 4] = checksum(bytes(data[start : start + head.size]))
    assert judge(with_data(sample, path, bytes(data))) == "told"


def test_a_header_forged_with_a_right_checksum_is_told(sample: SimDisk) -> None:
    path = HERE / "header.a"
    data = bytearray(sample.names_now[path].data)
    data[39] ^= 2  # the generation
    data[-4:] = checksum(bytes(data[:-4]))
    disk = with_data(sample, path, bytes(data))
    assert judge(disk) == "told"
    disk.names_now[HERE / "header.b"] = disk.names_now[path]
    with pytest.raises(Damaged) as caught:
        vault.unlock(HERE, PASSPHRASE, Shelf(), disk=disk, read_only=True)
    assert caught.value == Damaged(path, "header")


def test_a_log_cut_at_the_end_of_a_frame_is_told_by_the_next_log() -> None:
    disk = build(CONTENTS)
    logs = [path for path in files(disk) if path.parent.name == "log"]
    verdicts = []
    for path in logs:
        data = bytes(disk.names_now[path].data)
        first = log_format.HEAD_SIZE + log_format.read_frame_head(data[log_format.HEAD_SIZE :]).whole
        with vault.unlock(
            HERE, PASSPHRASE, Shelf(), disk=with_data(disk, path, data[:first]), read_only=True
        ) as opened:
            verdicts.append([fault.what for fault in opened.verify().faults])
    assert sorted(verdicts) == [[], ["log cut"]]  # nobody knows how long the newest one was


def test_bytes_between_the_objects_and_the_trailer_are_told(sample: SimDisk) -> None:
    path = next(path for path in files(sample) if path.parent.name == "packs")
    data = bytes(sample.names_now[path].data)
    at, size = pack_format.read_footer(data[-pack_format.FOOTER_SIZE :], len(data))
    changed = data[:at] + b"smuggled" + data[at : at + size] + pack_format.footer(at + 8, size)
    assert judge(with_data(sample, path, changed)) == "told"


def test_frames_behind_a_damaged_one_still_count() -> None:
    disk = SimDisk()
    with vault.create(HERE, PASSPHRASE, Shelf(), cost=vault.FLOOR, disk=disk) as opened:
        profile = with_profile(opened)
        for name, data in CONTENTS.items():
            put(opened, profile, {name: data})
    path = next(p for p in files(disk) if p.parent.name == "log")
    data = bytes(disk.names_now[path].data)
    second = log_format.read_frame_head(data[log_format.HEAD_SIZE :]).whole + log_format.HEAD_SIZE
    changed = bytearray(data)
    changed[second + 100] ^= 1
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=with_data(disk, path, bytes(changed))) as opened:
        assert opened.query("SELECT name FROM item ORDER BY name") == [("b",), ("c",)]
        assert [fault.what for fault in opened.faults] == ["frame"]
        strays = opened.verify().strays
        assert len(strays) == 1  # the pack that the lost frame named is kept


def test_a_torn_last_write_is_no_damage() -> None:
    disk = build(CONTENTS)
    path = files(disk)[2]
    assert path.parent.name == "log"
    data = bytes(disk.names_now[path].data)
    changed = with_data(disk, path, data + log_format.frame(9, bytes(32), bytes(200))[:100])
    with vault.unlock(HERE, PASSPHRASE, Shelf(), disk=changed) as opened:
        found = opened.verify()
        assert found.ok
        assert found.torn == (path.name,)
        assert found.faults == opened.faults == ()


def test_keys_for_each_purpose_differ() -> None:
    purposes = ["header", "log", "snapshot", "profile", "object", "trailer", "events"]
    assert len({derive(bytes(32), purpose, bytes(16)) for purpose in purposes}) == len(purposes)

"""Checking a disc against its own index: which listed files are here, by which repair, and which are missing."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.disc.dicomdir import Reference, StudyCounts
from app.disc.outcomes import Declared, DicomdirCheck

Found = Mapping[str, str]
"""Path -> SOPInstanceUID of every file on the disc; "" where it is no DICOM object."""


@dataclass(frozen=True, slots=True)
class Index:
    """One DICOMDIR found: its folder below the root (empty for the root) and what it lists and declares."""

    folder: str
    references: tuple[Reference, ...]
    damaged: bool = False
    studies: tuple[StudyCounts, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexCheck:
    """What became of the references of one index: path on the disc -> rule by which it was found, and the missing.

    A file that several references or several indexes lead to stands with the first of them alone.
    """

    index: Index
    found: Mapping[str, str]
    missing: tuple[str, ...]


def check(indexes: Sequence[Index], found: Found, got: Mapping[str, int] | None = None) -> DicomdirCheck:
    """Compare what the indexes list with what was found, and what they declare with `got`.

    `got` counts the DICOM files found of each StudyInstanceUID; without it nothing is said of declared numbers.
    """
    checks = check_each(indexes, found)
    how = Counter(rule for each in checks for rule in each.found.values())
    missing = tuple(path for each in checks for path in each.missing)
    reached = {path for each in checks for path in each.found}
    return DicomdirCheck(
        present=bool(indexes),
        damaged=any(index.damaged for index in indexes),
        listed=len(reached) + len(missing),
        found=len(reached),
        found_after_repair={rule: number for rule, number in sorted(how.items()) if rule != "exact"},
        missing=missing,
        not_listed=sum(1 for path, uid in found.items() if uid and path not in reached) if indexes else 0,
        studies=_declared(indexes, got) if got is not None else (),
    )


def check_each(indexes: Sequence[Index], found: Found) -> tuple[IndexCheck, ...]:
    """Tell for each index which files it leads to and which of them are missing, in the order of the indexes."""
    finder = _Finder(found)
    settled: set[str] = set()
    return tuple(_check_one(index, finder, settled) for index in indexes)


def _check_one(index: Index, finder: "_Finder", settled: set[str]) -> IndexCheck:
    here: dict[str, str] = {}
    missing: list[str] = []
    for reference in index.references:
        rule, path = finder.find(index.folder, reference)
        place = path or _expected(index.folder, reference)
        if place in settled:
            continue
        settled.add(place)
        if path:
            here[path] = rule
        else:
            missing.append(place)
    return IndexCheck(index, here, tuple(missing))


def _expected(folder: str, reference: Reference) -> str:
    """Return where a file should be that is not: below its index, unless the path begins at the root already."""
    rooted = not folder or reference.path.startswith(f"{folder}/") or ".." in reference.parts
    return reference.path if rooted else f"{folder}/{reference.path}"


def _declared(indexes: Sequence[Index], got: Mapping[str, int]) -> tuple[Declared, ...]:
    """Where several indexes declare one study, as copies and chains do, the largest number counts."""
    most: dict[str, int] = {}
    for study in (study for index in indexes for study in index.studies):
        if study.instances is not None and study.study_instance_uid:
            most[study.study_instance_uid] = max(study.instances, most.get(study.study_instance_uid, 0))
    return tuple(Declared(uid, number, got.get(uid, 0)) for uid, number in most.items())


class _Finder:
    """Finds a reference: exact, then other case, then an added ending, then the longest tail with the same UID."""

    def __init__(self, found: Found) -> None:
        self._found = found
        self._folded = {_fold(path): path for path in found}
        self._by_uid: dict[str, list[str]] = defaultdict(list)
        for path, uid in found.items():
            if uid:
                self._by_uid[uid].append(path)

    def find(self, folder: str, reference: Reference) -> tuple[str, str]:
        """Return (rule, path), or ("", "") when the file is not here."""
        if not reference.parts or ".." in reference.parts:
            return "", ""
        below = self._at("/".join((folder, *reference.parts)).lstrip("/"))
        if below is not None:
            return below
        # Nested indexes may count from the root (Philips chains); another disc's file may lie there just as well.
        rooted = self._at(reference.path) if folder else None
        if rooted is not None and self._may_be(rooted[1], reference):
            return rooted
        return self._by_tail(reference)

    def _at(self, path: str) -> tuple[str, str] | None:
        if path in self._found:
            return "exact", path
        if (folded := self._folded.get(_fold(path))) is None:
            return None
        return ("case" if folded.casefold() == path.casefold() else "ending"), folded

    def _may_be(self, path: str, reference: Reference) -> bool:
        uid = self._found[path]
        return not uid or not reference.sop_instance_uid or uid == reference.sop_instance_uid

    def _by_tail(self, reference: Reference) -> tuple[str, str]:
        if not reference.sop_instance_uid:
            return "", ""
        candidates = self._by_uid.get(reference.sop_instance_uid, ())
        tails = [(_common_tail(path, reference.path), path) for path in candidates]
        best = max(tails, default=(0, ""))
        unique = sum(tail == best[0] for tail, _ in tails) == 1
        return ("moved", best[1]) if best[0] >= 2 and unique else ("", "")


def _fold(path: str) -> str:
    """Fold case and what mounts and copies add to a name: `;1`, a trailing dot, `.dcm`."""
    folded = path.casefold()
    folded = folded.removesuffix(";1").removesuffix(".")
    return folded.removesuffix(".dcm").removesuffix(".ima")


def _common_tail(one: str, other: str) -> int:
    pairs = zip(reversed(_fold(one).split("/")), reversed(_fold(other).split("/")), strict=False)
    count = 0
    for left, right in pairs:
        if left != right:
            break
        count += 1
    return count

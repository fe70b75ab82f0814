"""Checking a disc against its own index: which listed files are here, by which repair, and which are missing."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.disc.dicomdir import Reference
from app.disc.outcomes import DicomdirCheck


@dataclass(frozen=True, slots=True)
class Index:
    """One DICOMDIR found: its folder below the root (empty for the root) and what it lists."""

    folder: str
    references: tuple[Reference, ...]
    damaged: bool = False


def check(indexes: Sequence[Index], found: Mapping[str, str]) -> DicomdirCheck:
    """Compare what the indexes list with `found`, a map of path -> SOPInstanceUID ("" where it is no DICOM object)."""
    finder = _Finder(found)
    how: Counter[str] = Counter()
    missing: dict[str, None] = {}
    listed: set[str] = set()
    reached: set[str] = set()
    for index in indexes:
        for reference in index.references:
            if reference.path in listed:
                continue
            listed.add(reference.path)
            rule, path = finder.find(index.folder, reference)
            if path:
                how[rule] += 1
                reached.add(path)
            else:
                missing[reference.path] = None
    objects = {path for path, uid in found.items() if uid}
    return DicomdirCheck(
        present=bool(indexes),
        damaged=any(index.damaged for index in indexes),
        listed=len(listed),
        found=sum(how.values()),
        found_after_repair={rule: number for rule, number in sorted(how.items()) if rule != "exact"},
        missing=tuple(missing),
        not_listed=len(objects - reached) if indexes else 0,
    )


class _Finder:
    """Finds a reference: exact, then other case, then an added ending, then the longest tail with the same UID."""

    def __init__(self, found: Mapping[str, str]) -> None:
        self._found = found
        self._folded = {_fold(path): path for path in found}
        self._by_uid: dict[str, list[str]] = defaultdict(list)
        for path, uid in found.items():
            if uid:
                self._by_uid[uid].append(path)

    def find(self, folder: str, reference: Reference) -> tuple[str, str]:
        """Return (rule, path), or ("", "") when the file is not here."""
        if ".." in reference.parts:
            return "", ""
        for base in dict.fromkeys((folder, "")):  # nested indexes may count from the root (Philips chains)
            path = "/".join((base, *reference.parts)).lstrip("/")
            if path in self._found:
                return "exact", path
            if (folded := self._folded.get(_fold(path))) is not None:
                same_name = folded.casefold() == path.casefold()
                return ("case" if same_name else "ending"), folded
        return self._by_tail(reference)

    def _by_tail(self, reference: Reference) -> tuple[str, str]:
        if not reference.sop_instance_uid:
            return "", ""
        tails = [(_common_tail(path, reference.path), path) for path in self._by_uid[reference.sop_instance_uid]]
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

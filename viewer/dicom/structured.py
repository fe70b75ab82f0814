"""Structured reports as a tree of plain values and as text (PS3.3 A.35, C.17.3)."""

from collections.abc import Iterator
from dataclasses import dataclass

from viewer.dicom.content import content_value
from viewer.dicom.dataset import Buffer, parse
from viewer.dicom.elements import Elements
from viewer.errors import DamagedFile, NoDocument

DEPTH = 64  # levels of a tree; what lies deeper is left out
NODES = 50_000
WALKED = 64 << 20  # bytes of items read, over all levels: what holds a level is walked again for it


@dataclass(frozen=True, slots=True, repr=False)
class Node:
    """One content item.

    `kind` is its value type (PS3.3 C.17.3.2.1), or BY-REFERENCE for a pointer to another item, which is not followed.
    `concept` and `code` name what it is; `value` is text for a person, `number` and `unit` a measurement as recorded,
    `reference` the SOP Instance UID of an image.
    """

    kind: str
    concept: str
    code: str
    value: str = ""
    number: str = ""
    unit: str = ""
    reference: str = ""
    children: tuple["Node", ...] = ()

    def walk(self) -> Iterator["Node"]:
        """This item and all below it, as they stand in the report."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True, repr=False)
class Report:
    """A structured report; its flags are as recorded (PS3.3 C.17.2), "" where nothing is said.

    `cut` tells that parts lay too deep, or were too many, and were left out.
    """

    title: str
    root: Node
    completion: str
    verification: str
    preliminary: str
    cut: bool

    @property
    def final(self) -> bool:
        """The author has called it complete, and has not called it preliminary."""
        return self.completion == "COMPLETE" and self.preliminary != "PRELIMINARY"

    @property
    def signed(self) -> bool:
        """Somebody who may has vouched for it."""
        return self.verification == "VERIFIED"

    @property
    def lines(self) -> tuple[str, ...]:
        """The report as text: headings, and what is under them indented by two blanks a level."""
        return tuple(_lines(self.root, 0))


def structured_report(data: Buffer) -> Report:
    """Read a structured report; raises NoDocument, and FileError when the object cannot be read."""
    elements = parse(data).elements
    if elements.text("ValueType") != "CONTAINER" and "ContentSequence" not in elements:
        raise NoDocument(elements.uid("SOPClassUID"))
    reading = _Reading()
    root = reading.node(elements, DEPTH)
    return Report(
        title=root.concept,
        root=root,
        completion=elements.text("CompletionFlag"),
        verification=elements.text("VerificationFlag"),
        preliminary=elements.text("PreliminaryFlag"),
        cut=reading.cut,
    )


class _Reading:
    """One pass over a report, within its bounds."""

    def __init__(self) -> None:
        self.cut = False
        self._nodes = NODES
        self._bytes = WALKED

    def node(self, item: Elements, depth: int) -> Node:
        self._nodes -= 1
        if "ReferencedContentItemIdentifier" in item:
            return Node("BY-REFERENCE", "", "")
        name = item.item("ConceptNameCodeSequence")
        value = content_value(item)
        return Node(
            kind=item.text("ValueType"),
            concept=meaning(name),
            code=name.text("CodeValue") if name is not None else "",
            value=value.text,
            number=value.number,
            unit=value.unit,
            reference=value.reference,
            children=self._children(item, depth),
        )

    def _children(self, item: Elements, depth: int) -> tuple[Node, ...]:
        if "ContentSequence" not in item:
            return ()
        self._bytes -= item.size("ContentSequence")
        if self._bytes < 0:
            raise DamagedFile("nesting")
        if not depth:
            self.cut = True
            return ()
        found = []
        for child in item.whole_items("ContentSequence"):
            if not self._nodes:
                self.cut = True
                break
            found.append(self.node(child, depth - 1))
        return tuple(found)


def meaning(code: Elements | None) -> str:
    """What a code means, in the words of who wrote it; the code itself where they wrote none."""
    return "" if code is None else code.text("CodeMeaning") or code.text("CodeValue")


def _lines(node: Node, level: int) -> Iterator[str]:
    indent = "  " * level
    said = " ".join(part for part in (node.number, node.unit) if part) or node.value
    if node.kind == "CONTAINER" or said:
        words = ": ".join(part for part in (node.concept, said) if part)
        yield from (f"{indent}{line}".rstrip() for line in words.splitlines())
    below = level + 1 if node.kind == "CONTAINER" or said else level
    for child in node.children:
        yield from _lines(child, below)

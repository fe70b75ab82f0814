"""Reading a clinical document (HL7 CDA R2): one pass over its tags, in memory that its text alone decides."""

from xml.parsers import expat

from app.disc.records import RecordFacts, Section, UnreadableRecord, bounded

_DEPTH = 200  # tags within tags
_TAGS = 1_000_000
_PATIENT = ["ClinicalDocument", "recordTarget", "patientRole", "patient"]
_NAME_PARTS = ("prefix", "given", "family", "suffix")
_LINES = frozenset({"paragraph", "item", "tr", "br", "caption", "table", "list"})
_CELLS = frozenset({"td", "th"})


def clinical_document(data: bytes) -> RecordFacts:
    """Return the facts of a CDA document; raises UnreadableRecord."""
    reading = _Reading()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parser.StartDoctypeDeclHandler = reading.doctype
    try:
        parser.Parse(bounded(data), True)  # noqa: FBT003 - positional only: this is the last piece
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise UnreadableRecord(type(error).__name__) from None
    return reading.facts()


class _Reading:
    """What has been met so far; a name is told by the tags around it, whatever their namespace's prefix."""

    def __init__(self) -> None:
        self._path: list[str] = []
        self._tags = 0
        self._values: dict[str, str] = {}
        self._title: list[str] = []
        self._name: dict[str, list[str]] = {}
        self._named = False  # further names of the patient are other names
        self._sections: list[tuple[list[str], list[str]]] = []
        self._open: list[int] = []  # the sections that have begun, outermost first, by their number
        self._narrative = 0  # how deep the text began in which we are; 0 outside

    def doctype(self, *_declaration: object) -> None:
        """A clinical document has no DTD: whoever declares one wants entities."""
        raise UnreadableRecord("doctype")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._tags += 1
        if len(self._path) >= _DEPTH or self._tags > _TAGS:
            raise UnreadableRecord("nesting")
        name, above = tag.rpartition(" ")[2], self._path
        if name == "section":
            self._open.append(len(self._sections))
            self._sections.append(([], []))
        elif name == "text" and above[-1:] == ["section"]:
            self._narrative = self._narrative or len(above) + 1
        elif (name == "effectiveTime" and len(above) == 1) or (name == "birthTime" and above == _PATIENT):
            self._values.setdefault(name, attributes.get("value", ""))
        above.append(name)

    def end(self, _tag: str) -> None:
        name = self._path.pop()
        if self._narrative and name in _LINES | _CELLS:
            self._sections[self._open[-1]][1].append("\n" if name in _LINES else "\t")
        if len(self._path) < self._narrative:
            self._narrative = 0
        if name == "section":
            self._open.pop()
        elif name == "name" and self._path == _PATIENT:
            self._named = True

    def text(self, text: str) -> None:
        path = self._path
        if self._narrative:
            # Blanks of the file's layout mean nothing; only tags break a line.
            self._sections[self._open[-1]][1].append(text.replace("\n", " ").replace("\t", " "))
        elif path[-1] == "title" and len(path) == 2:
            self._title.append(text)
        elif path[-2:] == ["section", "title"]:
            self._sections[self._open[-1]][0].append(text)
        elif path[4:5] == ["name"] and path[:4] == _PATIENT and not self._named:
            self._name.setdefault(path[-1], []).append(text)

    def facts(self) -> RecordFacts:
        parts = [" ".join(self._name.get(part, ())) for part in _NAME_PARTS] if len(self._name) > 1 else []
        name = " ".join(part for part in parts if part.strip()) or "".join(self._name.get("name", ()))
        return RecordFacts(
            kind="ClinicalDocument",
            title=_one_line("".join(self._title)),
            date=self._values.get("effectiveTime", ""),
            patient_name=_one_line(name),
            birth_date=self._values.get("birthTime", ""),
            sections=tuple(Section(_one_line("".join(title)), _lines("".join(text))) for title, text in self._sections),
        )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _lines(text: str) -> str:
    """Rows of cells, ` | ` between them; empty ones are left out."""
    rows = (" | ".join(cell for cell in map(_one_line, row.split("\t")) if cell) for row in text.split("\n"))
    return "\n".join(row for row in rows if row)

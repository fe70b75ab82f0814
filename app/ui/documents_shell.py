"""The part of the shell for reports and documents: read, saved, and given to the exam they belong to."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from app.record.values import Document, Study
from app.services.attach_document import attach_document
from app.services.papers import Page, Paper, beside, on_the_same_disc, read_paper, save_paper, unplaced
from app.ui import documents_wording as wording
from app.ui.parts.choices import Choice
from app.ui.parts.message import Message, Tone
from app.ui.parts.papers import PaperCard
from app.ui.screens.attach import AttachScreen
from app.ui.screens.document import DocumentScreen
from app.ui.screens.documents import DocumentsScreen
from app.ui.screens.timeline import Due
from app.ui.stage import Back, Stage

SAVE_WORDS = f"Choose where to save. A new folder is made there with the document as it was. {wording.NOT_ENCRYPTED}"
WHICH, OTHER = "Which exam does it belong to?", "It belongs to another exam"


class Documents:
    """`home` shows the timeline and `study` an exam, with or without a message; `cover` gives an exam's picture."""

    def __init__(
        self,
        stage: Stage,
        home: Back,
        study: Callable[[str, Message | None], None],
        cover: Callable[[str], bytes | None],
    ) -> None:
        self._stage, self._home, self._study, self._cover = stage, home, study, cover
        self._left: frozenset[str] = frozenset()

    def due(self) -> Due | None:
        """Word of documents that are with no exam, unless somebody has left these where they are."""
        ids = frozenset(one.object_id for one in self._stage.opened().catalogue.documents())
        if ids <= self._left:
            return None

        def leave() -> None:
            self._left = ids

        return Due(wording.count(len(ids)), "See them" if len(ids) > 1 else "See it", partial(self.show, None), leave)

    def show(self, message: Message | None) -> None:
        """List the documents that are with no exam."""
        cards = [self._card(one, self.show, WHICH) for one in unplaced(self._stage.opened())]
        self._stage.put(DocumentsScreen(cards, partial(self._home, None), message))

    def beside(self, study: Study) -> tuple[tuple[PaperCard, ...], str]:
        """What lies beside an exam's pictures: papers, and other data in words."""
        found = beside(self._stage.opened(), study)
        back = partial(self._study, study.id)
        return tuple(self._card(one, back, OTHER) for one in found.papers), found.other

    def _card(self, paper: Paper, back: Back, ask: str) -> PaperCard:
        short = paper.object_id[:12]
        read = Choice(f"read-{short}", "Read it", partial(self._read, paper, back))
        save = Choice(f"save-{short}", "Save it", partial(self._choose, paper, back))
        choices = [read if paper.reads else save]
        if paper.document is not None:
            choices.append(Choice(f"attach-{short}", ask, partial(self._ask, paper, paper.document, back)))
        lacks = wording.lacks(paper.lacks)
        return PaperCard(f"paper-{short}", wording.name(paper), wording.lines(paper), tuple(choices), lacks)

    def _read(self, paper: Paper, back: Back) -> None:
        record = self._stage.opened()

        def done(page: Page) -> None:
            again = partial(self._read_again, paper, back)
            save = None if page.content is None else partial(self._choose, paper, again)
            self._stage.put(DocumentScreen(wording.page(page, paper), partial(back, None), "Back", save))

        self._stage.work("Opening the document", lambda _: read_paper(record, paper), done, back)

    def _read_again(self, paper: Paper, back: Back, message: Message | None) -> None:
        """After saving, the words of it stand where the paper is listed; without any, it is read on."""
        if message is None:
            self._read(paper, back)
        else:
            back(message)

    def _choose(self, paper: Paper, back: Back) -> None:
        self._stage.choose("Save it", SAVE_WORDS, partial(self._save, paper, back), partial(back, None))

    def _save(self, paper: Paper, back: Back, folder: Path) -> None:
        record = self._stage.opened()

        def done(path: Path) -> None:
            back(Message(f"Saved as {path}.", safe=wording.NOT_ENCRYPTED, tone=Tone.GOOD))

        self._stage.work("Saving the document", lambda _: save_paper(record, paper, folder), done, back)

    def _ask(self, paper: Paper, document: Document, back: Back) -> None:
        record = self._stage.opened()
        groups = wording.groups(record.catalogue.studies(), on_the_same_disc(record, paper), document.study_id)
        words = [wording.name(paper), *filter(None, wording.lines(paper))]
        attach = partial(self._attach, document, back)
        self._stage.put(AttachScreen(words, groups, self._cover, attach, partial(back, None)))

    def _attach(self, document: Document, back: Back, id: str) -> None:
        record, clock = self._stage.opened(), self._stage.clock
        study = record.catalogue.study(id)
        message = Message(
            f"The document is now with {wording.exam(study)}.",
            next_step=f"If that was wrong, press “{OTHER}” at the document below.",
            tone=Tone.GOOD,
        )
        self._stage.work(
            "Putting the document with its exam",
            lambda _: attach_document(record, document, study, clock),
            lambda _: self._study(study.id, message),
            back,
        )

"""Reading in another process: a file that kills or hangs its reader costs only itself."""

import os
import time
from collections.abc import Iterator
from contextlib import closing

import lethal
import pytest
from accounting import Loads, outcomes, reasons
from lethal import HANG, KILL, STUMBLE
from makers import files, forms, index, reports
from makers.faulty import FaultySource

import app.services.intake
import app.services.parsing
from app.disc.dicomdir import DamagedDicomdir, contents
from app.disc.outcomes import Outcome, State
from app.disc.records import UnreadableRecord
from app.errors import Cancelled
from app.progress import Step
from app.services.parsing import Died, Elsewhere, Parser
from viewer.dicom import plain, read_header
from viewer.errors import DamagedFile, FileError


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    with closing(Elsewhere(patience=2.0)) as process:
        yield process


def test_an_answer_comes_from_another_process_and_the_next_from_the_same(elsewhere: Elsewhere) -> None:
    first = elsewhere.run(lethal.process, b"")
    assert first != os.getpid()
    assert elsewhere.run(lethal.process, b"") == first
    assert elsewhere.run(lethal.size, bytes(3 << 20)) == 3 << 20


@pytest.mark.parametrize("word", [KILL, HANG, STUMBLE])
def test_who_does_not_come_back_is_replaced(
    elsewhere: Elsewhere, word: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    before = elsewhere.run(lethal.process, b"")
    with pytest.raises(Died):
        elsewhere.run(lethal.size, word)
    assert elsewhere.run(lethal.size, b"abc") == 3
    assert elsewhere.run(lethal.process, b"") != before
    assert word.decode() not in "".join(capfd.readouterr()), "no traceback quotes a file"


def test_a_refusal_comes_back_as_what_it_is_and_the_process_lives(elsewhere: Elsewhere) -> None:
    before = elsewhere.run(lethal.process, b"")
    with pytest.raises(DamagedDicomdir):
        elsewhere.run(contents, b"nothing")
    with pytest.raises(FileError):
        elsewhere.run(read_header, b"nothing")
    with pytest.raises(UnreadableRecord) as caught:
        elsewhere.run(lethal.record, b"<open>")
    assert caught.value.cause
    assert elsewhere.run(lethal.process, b"") == before


def test_waiting_can_be_stopped_at_once() -> None:
    def stop() -> None:
        raise Cancelled

    with closing(Elsewhere(patience=60.0, waiting=stop)) as process:
        begun = time.monotonic()
        with pytest.raises(Cancelled):
            process.run(lethal.size, HANG)
        assert time.monotonic() - begun < 2.0


def test_what_is_plain_is_read_here_and_nothing_else_is(monkeypatch: pytest.MonkeyPatch) -> None:
    class Recorder(Elsewhere):
        jobs = 0

        def run(self, job, data):  # type: ignore[no-untyped-def]
            self.jobs += 1
            return job(data)

    recorder = Recorder()
    parser = Parser(recorder)
    small = index.dicomdir({f"IM{n}": files.image(n) for n in (1, 2)})
    assert plain(small)
    assert plain(files.image(1))
    parser.header(files.image(1))
    assert len(parser.contents(small).references) == 2
    assert recorder.jobs == 0
    many = index.many(3000)
    assert not plain(many)
    assert len(parser.contents(many).references) == 3000
    parser.header(files.deflated(files.data_set(1)))
    parser.facts(reports.CDA, xml=True)
    parser.facts(reports.FHIR, xml=False)
    assert recorder.jobs == 4


def test_each_kind_of_file_is_refused_in_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.services.parsing, "plain", lambda _: False)
    monkeypatch.setattr(app.services.parsing, "read_header", lethal.header)
    monkeypatch.setattr(app.services.parsing, "contents", lethal.index)
    monkeypatch.setattr(app.services.parsing, "clinical_document", lethal.record)
    with closing(Parser(Elsewhere(patience=5.0))) as parser:
        with pytest.raises(DamagedFile):
            parser.header(KILL)
        with pytest.raises(DamagedDicomdir):
            parser.contents(KILL)
        with pytest.raises(UnreadableRecord):
            parser.facts(KILL, xml=True)
        assert parser.header(files.image(1)).sop_instance_uid


# --- at work in a load -------------------------------------------------------------------------------------------


@pytest.fixture
def _struck(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is plain, and every reader may be struck."""
    monkeypatch.setattr(app.services.parsing, "plain", lambda _: False)
    monkeypatch.setattr(app.services.parsing, "read_header", lethal.header)
    monkeypatch.setattr(app.services.parsing, "contents", lethal.index)
    monkeypatch.setattr(app.services.parsing, "clinical_document", lethal.record)
    monkeypatch.setattr(app.services.intake, "PATIENCE", 1.5)


def marked(number: int, word: bytes) -> bytes:
    data = files.data_set(number)
    data.ImageComments = word.decode()
    return files.part10(data)


@pytest.mark.usefixtures("_struck")
def test_files_that_strike_their_reader_are_put_aside_and_the_load_goes_on(loads: Loads) -> None:
    disc = {f"IM{n}": files.image(n) for n in range(1, 7)}
    disc |= {"IM2": marked(2, KILL), "IM4": marked(4, HANG), "IM5": marked(5, STUMBLE)}
    disc |= {"record.xml": reports.CDA.replace(b"clear", KILL)}
    listed = {path: data for path, data in disc.items() if path.startswith("IM")}
    source = FaultySource({**disc, "DICOMDIR": index.dicomdir(listed, label=KILL.decode())})
    report = loads(source)
    assert {path for path, one in outcomes(report).items() if one is Outcome.QUARANTINED} == {"IM2", "IM4", "IM5"}
    assert loads.images() == 3
    assert reasons(report)["DICOMDIR"] == "disc_index_damaged"
    assert reasons(report)["record.xml"] == "document_of_study", "a record that nobody can read is a document"
    assert report.state is State.INCOMPLETE
    assert {path: loads.kept()[path] for path in disc} == disc


@pytest.mark.usefixtures("_struck")
def test_a_load_can_be_stopped_while_a_file_hangs(loads: Loads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.services.intake, "PATIENCE", 60.0)
    hung: list[float] = []

    def progress(step: Step) -> None:
        if step.done == 1:
            hung.append(time.monotonic())
            if hung[-1] - hung[0] > 1.0:
                raise Cancelled

    report = loads(FaultySource({"IM1": files.image(1), "IM2": marked(2, HANG)}), progress=progress)
    assert time.monotonic() - hung[0] < 3.0
    assert report.state is State.CANCELLED
    assert loads.images() == 1


@pytest.mark.parametrize("name", forms.BROKEN)
def test_the_processes_end_with_the_load(loads: Loads, name: str) -> None:
    import multiprocessing

    loads(FaultySource({"IM1": forms.BROKEN[name]()}))
    assert not multiprocessing.active_children()

"""Whose pictures these are: asked in large letters, never joined by accident, and a password asked in words."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import flet as ft
import pytest
from headless import Window
from loading_home import YES, Home, answers, clock
from makers import discs

import app.ui.screens.whose
from app.disc.reading import Locked
from app.errors import Cancelled
from app.record.people import Identity, Match, Verdict
from app.record.values import Person, PersonId
from app.services.load_disc import load_disc
from app.services.whose import Answer, Decision, Joined, Question, Spelled, everybody
from app.ui import loading_wording
from app.ui.desk import Desk
from app.ui.screens.locked import LockedScreen
from app.ui.screens.whose import LARGE, WhoseScreen

ANNA = Person(PersonId("p1"), "0" * 32, "Anna Berg", date(1954, 3, 9), "F")
SEEN = Identity("KERN^ANNA", date(1954, 3, 9), "19540309", "F")
ASK = Verdict(Match.ASK, "married_name")
STRONG = Verdict(Match.ASK_STRONGLY, "same_name_other_birth_date")
TWIN = Identity("BERG^ANNA", date(1954, 9, 3), "19540903", "F")


class Asked:
    """The question's screen, and what was answered."""

    def __init__(self, question: Question) -> None:
        self.decided: list[Decision] = []
        self.whose = loading_wording.whose(question, self.decided.append)
        self.left: list[str] = []

    def main(self, page: ft.Page) -> None:
        page.controls = [WhoseScreen(self.whose, lambda: self.left.append("later"), lambda: self.left.append("stop"))]


# --- the first disc ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "decision"),
    [
        (YES, Answer.NEW), ("It's somebody I care for", Answer.NEW), ("Not sure, wait", Answer.WAIT),
        ("No: somebody else's", Answer.SOMEBODY_ELSE),
    ],
)  # fmt: skip
async def test_the_first_disc_asks_is_this_you(reply: str, decision: Answer) -> None:
    story = Asked(Question(SEEN, None, Verdict(Match.OTHER, "nobody"), first=True))
    async with Window(story.main) as window:
        assert window.says("Is this you?")
        (name,) = [text for text in window.all(ft.Text) if text.value == "Anna Kern"]
        assert name.size == LARGE
        assert window.says("born 9 March 1954")
        await window.press(reply)
        assert story.decided == [decision]


async def test_a_birth_date_is_shown_as_the_disc_writes_it_where_it_is_none() -> None:
    story = Asked(Question(Identity("", None, "00000000"), None, Verdict(Match.OTHER, "nobody"), first=True))
    async with Window(story.main) as window:
        assert window.says("No name")
        assert window.says("birth date written as “00000000”")


# --- later persons -------------------------------------------------------------------------------------------------


async def test_both_stand_side_by_side_with_the_reason() -> None:
    story = Asked(Question(SEEN, ANNA, ASK, first=False))
    async with Window(story.main) as window:
        assert {"Anna Kern", "Anna Berg", "On the disc", "In your record"} <= set(window.texts())
        assert window.says("but the family name on the disc is different.")
        assert window.says("The name is not the same: Anna Kern on the disc, Anna Berg in your record.")
        assert window.says("The birth date is the same: 9 March 1954.")
        await window.press("Same person")
        assert story.decided == [Joined(ANNA.id)]


@pytest.mark.parametrize(
    ("reply", "decision"),
    [
        ("A different person of this record", Answer.NEW), ("Somebody else's", Answer.SOMEBODY_ELSE),
        ("Not sure, wait", Answer.WAIT),
    ],
)  # fmt: skip
@pytest.mark.parametrize("verdict", [ASK, STRONG, None], ids=["ask", "strongly", "nobody"])
async def test_every_other_answer(reply: str, decision: Answer, verdict: Verdict | None) -> None:
    likely = ANNA if verdict else None
    story = Asked(Question(TWIN, likely, verdict or Verdict(Match.OTHER, "nobody"), first=False))
    async with Window(story.main) as window:
        await window.press(reply)
        assert story.decided == [decision]


async def test_where_it_rather_is_somebody_else_a_careless_yes_changes_nothing() -> None:
    story = Asked(Question(TWIN, ANNA, STRONG, first=False))
    async with Window(story.main) as window:
        replies = [button.content for button in window.all(ft.OutlinedButton)]
        assert replies[0] == "Not sure, wait"
        assert replies.index("Same person") == 3, "after all others"
        await window.press("Same person")
        await window.event(window.all(ft.OutlinedButton)[0], "click")
        assert story.decided == []
        await window.press("Same person")
        assert window.says("Are you sure?")
        assert window.says("The birth date is not the same: 3 September 1954 on the disc, 9 March 1954 in your record.")
        assert window.says("These pictures would stand among those of Anna Berg.")
        await window.press("No, go back to the question")
        await window.press("Same person")
        await window.press("Yes, it is the same person all the same")
        assert story.decided == [Joined(ANNA.id)]


async def test_what_differs_is_said_in_words_and_with_a_sign() -> None:
    seen = Identity("BERG^ANNA", date(1954, 3, 9), "19540309", "M")
    story = Asked(Question(seen, ANNA, Verdict(Match.ASK_STRONGLY, "other_sex"), first=False))
    async with Window(story.main) as window:
        assert window.says("The sex is not the same: male on the disc, female in your record.")
        signs = {icon.icon for icon in window.all(ft.Icon)}
        assert {ft.Icons.PRIORITY_HIGH, ft.Icons.CHECK} <= signs


async def test_no_answer_is_the_main_one_or_has_the_focus() -> None:
    for question in (
        Question(SEEN, None, Verdict(Match.OTHER, "nobody"), first=True),
        Question(SEEN, ANNA, ASK, first=False),
        Question(TWIN, ANNA, STRONG, first=False),
    ):
        async with Window(Asked(question).main) as window:
            assert window.all(ft.FilledButton) == []
            assert not [button for button in window.all(ft.OutlinedButton) if button.autofocus]


async def test_nothing_can_be_answered_in_the_first_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.ui.screens.whose, "ARMED_AFTER", 0.2)
    story = Asked(Question(SEEN, None, Verdict(Match.OTHER, "nobody"), first=True))
    async with Window(story.main) as window:
        await window.press(YES)
        assert story.decided == []
        await window.settle(0.3)
        await window.press(YES)
        assert story.decided == [Answer.NEW]


async def test_a_hurried_second_press_confirms_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Asked(Question(TWIN, ANNA, STRONG, first=False))
    async with Window(story.main) as window:
        monkeypatch.setattr(app.ui.screens.whose, "ARMED_AFTER", 0.2)
        await window.press("Same person")
        await window.press("Yes, it is the same person all the same")
        assert story.decided == []
        await window.settle(0.3)
        await window.press("Yes, it is the same person all the same")
        assert story.decided == [Joined(ANNA.id)]


def test_every_reason_has_a_sentence_on_the_screen() -> None:
    from app.places import words

    for reason in words("people"):
        for verdict in (Verdict(Match.ASK, reason), Verdict(Match.ASK_STRONGLY, reason)):
            whose = loading_wording.whose(Question(TWIN, ANNA, verdict, first=False), lambda _: None)
            assert whose.reason is not None
            assert whose.reason.happened == words("people")[reason]


# --- in a load -----------------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path, vault_folder: Path) -> Iterator[Home]:
    made = Home(tmp_path, vault_folder)
    yield made
    made.shell.close()


async def test_the_second_person_of_a_disc_is_asked_about(home: Home, tmp_path: Path) -> None:
    async with Window(home.shell.show) as window:
        home.shell._load(discs.two_patients(tmp_path / "disc").root)
        await answers(window, YES)
        await window.until(lambda: window.says("Whose pictures are these?"))
        assert window.says("Otto")
        await answers(window, "Somebody else's")
        await window.until(lambda: window.says("6 new pictures from 1 exam are safe in your record."))
        assert window.says("6 files are about somebody else and were not kept.")
        assert window.says("Return this disc: it holds somebody else's exams")
        assert not window.says("Otto"), "who else is on the disc is nobody's business"
        assert [person.name for person in home.record.catalogue.people()] == ["Tessa Tester"]


async def test_who_was_not_sure_can_answer_from_the_report(home: Home, tmp_path: Path) -> None:
    load_disc(home.record, discs.plain(tmp_path / "first", seed=3).root, clock, everybody)
    async with Window(home.shell.show) as window:
        home.shell._load(discs.two_patients(tmp_path / "disc").root)
        await answers(window, "Not sure, wait")
        await window.until(lambda: window.says("A question is open"))
        assert len(home.record.catalogue.people()) == 1
        await window.press("Answer now")
        await answers(window, "A different person of this record")
        await window.until(lambda: window.says("6 new pictures"))
        assert len(home.record.catalogue.people()) == 2


# --- the password --------------------------------------------------------------------------------------------------


class Door:
    """The password's screen."""

    def __init__(self, *, wrong: bool = False) -> None:
        self.typed: list[str | None] = []
        self.wrong = wrong

    def main(self, page: ft.Page) -> None:
        ways = [partial(self.typed.append, way) for way in (None, "later", "stop")]
        page.controls = [LockedScreen("CD.zip", self.typed.append, *ways, wrong=self.wrong)]


async def test_a_password_is_asked_for_with_its_reason() -> None:
    story = Door()
    async with Window(story.main) as window:
        assert window.says("“CD.zip” is locked.")
        assert window.says("Many hospitals use the patient's birth date")
        assert window.says("Scanfolio never tries it by itself.")
        assert not window.says("That password did not open it.")
        await window.press("Open it")
        assert story.typed == [], "nothing typed is no password"
        await window.type("Password", "19540309")
        await window.press("Open it")
        assert story.typed == ["19540309"]
        assert window.field("Password").password, "it is hidden while it is typed"


async def test_a_wrong_password_is_said_calmly_and_can_be_skipped() -> None:
    story = Door(wrong=True)
    async with Window(story.main) as window:
        assert window.says("That password did not open it.")
        assert window.says("Nothing is lost")
        await window.press("Skip it")
        await window.press("Answer later, look at what is here")
        await window.press("Stop loading")
        assert story.typed == [None, "later", "stop"]


# --- the desk ------------------------------------------------------------------------------------------------------


def asked_in_a_thread(desk: Desk, ask: Any) -> tuple[Any, list[Any]]:
    import threading

    got: list[Any] = []

    def run() -> None:
        try:
            got.append(ask())
        except Cancelled as error:
            got.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, got


def test_a_thread_waits_for_its_answer() -> None:
    told: list[bool] = []
    desk = Desk(lambda: told.append(True))
    question = Question(SEEN, None, Verdict(Match.OTHER, "nobody"), first=True)
    thread, got = asked_in_a_thread(desk, lambda: desk.whose(question))
    while desk.asked is None:
        pass
    assert desk.asked is question
    desk.answer(Locked("another"), "x")
    assert got == [], "an answer to something else is none"
    desk.answer(question, Answer.NEW)
    thread.join(5)
    assert got == [Answer.NEW]
    assert told == [True]
    assert desk.asked is None


def test_two_threads_are_answered_one_after_the_other() -> None:
    desk = Desk(lambda: None)
    locked = Locked("CD.zip")
    first, got_first = asked_in_a_thread(desk, lambda: desk.password(locked))
    while desk.asked is None:
        pass
    question = Question(SEEN, None, Verdict(Match.OTHER, "nobody"), first=True)
    second, got_second = asked_in_a_thread(desk, lambda: desk.whose(question))
    desk.answer(locked, None)
    first.join(5)
    while desk.asked is None:
        pass
    desk.answer(question, Answer.WAIT)
    second.join(5)
    assert (got_first, got_second) == ([None], [Answer.WAIT])


def test_a_closed_desk_cancels_who_waits_and_who_comes() -> None:
    desk = Desk(lambda: None)
    thread, got = asked_in_a_thread(desk, lambda: desk.password(Locked("CD.zip")))
    while desk.asked is None:
        pass
    desk.close()
    thread.join(5)
    assert isinstance(got[0], Cancelled)
    with pytest.raises(Cancelled):
        desk.whose(Question(SEEN, None, Verdict(Match.OTHER, "nobody"), first=True))


# --- a name in the wrong letters -----------------------------------------------------------------------------------

MISREAD = Identity("\u00c8\u00e2\u00e0\u00ed\u00ee\u00e2^\u00cf\u00b8\u00f2\u00f0", date(1970, 1, 2), "19700102", "M")
SPELLINGS = (("cp1251", "\u0418\u0432\u0430\u043d\u043e\u0432^\u041f\u0451\u0442\u0440"), ("cp1252", MISREAD.name))


async def test_a_name_in_wrong_letters_can_be_read_anew() -> None:
    story = Asked(Question(MISREAD, None, Verdict(Match.OTHER, "nobody"), first=True, spellings=SPELLINGS))
    async with Window(story.main) as window:
        assert window.says("The name may be written wrong.")
        await window.press("The name is written wrong")
        await window.press("None of these, go back to the question")
        assert window.button(YES)
        await window.press("The name is written wrong")
        await window.press("\u041f\u0451\u0442\u0440 \u0418\u0432\u0430\u043d\u043e\u0432")
        assert story.decided == [Spelled("cp1251")]


async def test_a_name_that_says_one_thing_only_offers_no_other() -> None:
    for spellings in ((), (("utf_8", SEEN.name),)):
        story = Asked(Question(SEEN, None, Verdict(Match.OTHER, "nobody"), first=True, spellings=spellings))
        async with Window(story.main) as window:
            assert not [mark for mark in window.all(ft.Semantics) if mark.identifier == "misspelled"]
            assert not window.says("The name may be written wrong.")

"""People and their parts of the record put into sentences, careful ones where something cannot be undone."""

from collections.abc import Sequence
from pathlib import Path

from app.catalogue.backups import Backup
from app.record.when import day_in_words
from app.services.persons_part import Part
from app.ui.check_wording import files
from app.ui.parts.message import Message, Tone
from app.ui.screens.destroy import Meaning
from app.ui.screens.passphrase import Asking
from app.ui.screens.people import Row
from vault import Extract

WORDS = (
    "Everything of a person lies in a part of its own, under a key of its own. It can be saved as a record that "
    "opens by itself, for somebody who looks after their own pictures from now on; or it can be destroyed."
)
SAVE_WORDS = (
    "Choose a drive or a folder for the new record. It is locked with a passphrase that you choose next, so it tells "
    "nothing to whoever finds it."
)
SAVE_STOPPED = Message("Stopped, as you asked. No new record was made, and here nothing was changed.", tone=Tone.CARE)
NO_NAME = "Name unknown"


def name_of(part: Part) -> str:
    """The name as it is shown, and typed."""
    return part.person.name or NO_NAME


def about_people(parts: Sequence[Part]) -> str:
    """Say who is in the record."""
    names = [name_of(part) for part in parts]
    if len(names) == 1:
        return f"All that is in this record is of {names[0]}."
    return f"There are {len(names)} people in this record: {', '.join(names[:-1])} and {names[-1]}."


def row(part: Part) -> Row:
    """Word one person."""
    one = part.person
    born = f"Born {day_in_words(one.birth_date)}" if one.birth_date else "Birth date unknown"
    return Row(one.id, name_of(part), f"{born} · {amount(part)}")


def amount(part: Part) -> str:
    """Count what the record holds of somebody."""
    exams = "1 exam" if part.exams == 1 else f"{part.exams:,} exams"
    return f"{exams} with {'1 picture' if part.pictures == 1 else f'{part.pictures:,} pictures'}"


def asking(part: Part) -> Asking:
    """Ask for the new record's passphrase."""
    return Asking(
        name="A passphrase for the new record",
        words=f"The new record will hold {amount(part)} of {name_of(part)}. Whoever gets it needs this passphrase; the "
        "one that you use here does not open it. Give them the passphrase by another way than the record.",
        button="Save the record",
    )


def saved(part: Part, made: Extract, folder: Path) -> Message:
    """Word what was saved, and how it is opened."""
    how = "To open it on another computer, start Scanfolio there, press “I have a backup” and choose that folder."
    if made.missing or made.faults:
        lost = f"{files(len(made.missing))} could not be read here and" if made.missing else "What damaged lists told"
        return Message(
            f"{lost} {'are' if len(made.missing) > 1 else 'is'} missing in the new record.",
            safe=f"All else of {name_of(part)} is in {folder}. Here nothing was changed.",
            next_step="Press “Check that everything is whole” here first, then save the part again.",
            tone=Tone.CARE,
        )
    return Message(
        f"The new record is whole: {files(made.objects)} of {name_of(part)}, each read back and compared.",
        safe=f"It is in {folder}. Here nothing was changed.",
        next_step=how,
        tone=Tone.GOOD,
    )


def meaning(part: Part, backups: Sequence[Backup]) -> Meaning:
    """Say what destroying means, before it is done."""
    name = name_of(part)
    lost = f"{amount(part)} would become unreadable here, for ever. Nobody can undo that: not you, and not the people "
    held = "Copies of your record that were made without Scanfolio would still hold them."
    if backups:
        held = (
            f"Your backups still hold them until you back up there again: {'; '.join(one.target for one in backups)}."
        )
    return Meaning(
        name,
        (
            f"{lost}who made Scanfolio.",
            "Everybody else in this record keeps everything.",
            held,
            f"What stays here, locked as before: the accounts of the discs that you loaded, which may name {name}.",
            "To keep the pictures for somebody, go back and save them as a record of its own first.",
        ),
    )


def destroyed(part: Part, backups: Sequence[Backup]) -> Message:
    """Word what was destroyed."""
    again = f"Back up again to {'; '.join(one.target for one in backups)}: until then those backups hold it."
    return Message(
        f"The part of {name_of(part)} is destroyed. Nobody can read it here any more.",
        safe="Everything else in your record is as before.",
        next_step=again if backups else "",
        tone=Tone.GOOD,
    )

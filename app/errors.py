"""What can go wrong in the app itself; the vault and the viewer have trees of their own.

ScanfolioError
├── Cancelled                 the person stopped it
├── UsageError                a command was put in a way it cannot take
│   ├── BadWindow             not of the form CENTER/WIDTH
│   ├── Ambiguous             an id's beginning fits more than one
│   ├── NotConfirmed          what cannot be undone was asked for without --yes
│   └── WhichPassphrase       several, and none was named
├── SourceError               what should be loaded
│   ├── SourceMissing         no such folder or file
│   ├── SourceEmpty           nothing in it
│   ├── SourceForbidden       this account may not read it
│   ├── SourceUnreadable      the drive or the disc answers with an error
│   ├── SourceDamaged         a disc image or an archive in which nothing can be found
│   ├── SourceInParts         one part of an archive that was split over several files
│   ├── SourceTooLarge        an archive that unpacks to more than a disc can hold
│   ├── PureUdfImage          a disc image that only the system itself can open
│   └── RawSectorImage        a disc image of raw sectors
├── ContainerError            inside a source; see app.disc.sources.errors
├── PassphraseError
│   ├── PassphraseMissing     nobody is there to type it
│   ├── PassphraseMismatch    typed twice, not the same
│   ├── PassphraseFileMissing
│   └── WordsFileMissing      the file of recovery words
├── NotFound                  an id that the record does not hold
│   ├── NoSuchPerson
│   ├── NoSuchStudy
│   ├── NoSuchSeries
│   ├── NoSuchDocument
│   └── NoSuchSlice           a number outside 1..count
├── NoBackup                  a folder in which there is none
├── NewerReport               a load's account in a form that only a later app knows
└── TargetError               where something should be written
    ├── TargetNotEmpty
    ├── TargetExists          a file that would be written over
    └── TargetUnwritable
"""

from pathlib import Path
from typing import ClassVar


class ScanfolioError(Exception):
    """Root of the app's errors; each carries values, the words are found in assets/words."""

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(type(self).__name__)


class Cancelled(ScanfolioError):
    """The person asked to stop; what was already stored stays stored."""


class UsageError(ScanfolioError):
    """A command was put in a way it cannot take."""


class BadWindow(UsageError):
    """A window that is not CENTER/WIDTH with a width of at least 1."""

    def __init__(self, text: str) -> None:
        super().__init__(text=text)


class Ambiguous(UsageError):
    """The beginning of an id fits more than one."""

    def __init__(self, text: str, matches: int) -> None:
        super().__init__(text=text, matches=matches)


class NotConfirmed(UsageError):
    """Something that cannot be undone was asked for, and not confirmed."""


class WhichPassphrase(UsageError):
    """The vault has several passphrases, or none, and the way in was not one of them."""

    def __init__(self, count: int) -> None:
        super().__init__(count=count)


class _AboutPath(ScanfolioError):
    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(path=path)


class SourceError(_AboutPath):
    """Something about the place that should be loaded."""


class SourceMissing(SourceError):
    """There is no such folder or file."""


class SourceEmpty(SourceError):
    """The folder holds no file at all."""


class SourceForbidden(SourceError):
    """This account may not read it."""


class SourceUnreadable(SourceError):
    """The drive or the disc answers with an error."""


class SourceDamaged(SourceError):
    """A disc image or an archive in which nothing can be found."""


class SourceInParts(SourceError):
    """One part of an archive that was split over several files."""


class SourceTooLarge(SourceError):
    """An archive that would unpack to more than a disc can hold, or than there is room for."""


class PureUdfImage(SourceError):
    """A disc image whose file system only the system itself can open."""


class RawSectorImage(SourceError):
    """A disc image of raw sectors, with the drive's own error correction in it."""


class ContainerError(ScanfolioError):
    """Something is wrong with a container inside a source, or with one member; never ends a load."""

    reason: ClassVar[str] = "container_damaged"
    """The code under which the account tells it."""


class PassphraseError(ScanfolioError):
    """Something about the passphrase before the vault has seen it."""


class PassphraseMissing(PassphraseError):
    """There is nobody at a keyboard to ask."""


class PassphraseMismatch(PassphraseError):
    """It was typed twice, and not the same."""


class PassphraseFileMissing(PassphraseError, _AboutPath):
    """The file named for the passphrase cannot be read."""


class WordsFileMissing(PassphraseError, _AboutPath):
    """The file named for the recovery words cannot be read."""


class NotFound(ScanfolioError):
    """An id that this record does not hold."""


class NoSuchPerson(NotFound):
    """Nobody has this id."""

    def __init__(self, text: str) -> None:
        super().__init__(text=text)


class NoSuchStudy(NotFound):
    """No study has this id."""

    def __init__(self, text: str) -> None:
        super().__init__(text=text)


class NoSuchSeries(NotFound):
    """No series has this id, and no file has this path."""

    def __init__(self, text: str) -> None:
        super().__init__(text=text)


class NoSuchDocument(NotFound):
    """No document has this id."""

    def __init__(self, text: str) -> None:
        super().__init__(text=text)


class NoSuchSlice(NotFound):
    """A slice number outside of the series."""

    def __init__(self, number: int, count: int) -> None:
        super().__init__(number=number, count=count)


class NoBackup(ScanfolioError):
    """No backup lies in the folder that was chosen, nor in one of our name in it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder=folder)


class NewerReport(ScanfolioError):
    """A load's account that a later app wrote."""

    def __init__(self, found: int, known: int) -> None:
        super().__init__(found=found, known=known)


class TargetError(_AboutPath):
    """Something about the place that should be written to."""


class TargetNotEmpty(TargetError):
    """The folder already holds files, and nothing is ever overwritten."""


class TargetExists(TargetError):
    """A file of that name is already there; nothing is ever overwritten."""


class TargetUnwritable(TargetError):
    """The folder or file cannot be written."""

"""Names that stand for none, or for anybody: what they share makes no two people one."""

import re

from app.record.components import Name, by_script, groups
from app.record.spelling import Word, joined, script, words


def _spellings(text: str) -> frozenset[str]:
    found = (word for part in text.split() for word in words(part))
    return frozenset(spelling for word in found for spelling in word.spellings)


# Whole words that say that the name was removed or never known; in the languages discs are written in.
_NOBODY = _spellings(
    "anon anonym anonyme anonymous anonymus anonymized anonymised anonymisiert anonymise anonymize anonymisee "
    "anonimo anonima anonimizado anonimizzato anoniem geanonimiseerd anonimowy anonimowa anonimizowany anonim "
    "anonymiserad anonymiseret anonymisert deidentified pseudonym pseudonymized pseudonymised pseudonymisiert "
    "unknown unbekannt unbekannter unbekannte inconnu inconnue desconocido desconocida desconhecido desconhecida "
    "sconosciuto sconosciuta onbekend okand ukendt ukjent nieznany nieznana bilinmeyen bilinmiyor isimsiz noname "
    "nomen removed redacted withheld hidden none null nil nn unnamed "
    "name lastname firstname surname nachname vorname test testpatient phantom patient paciente "
    "paziente pasient hasta xx xxx xxxx ? ?? ??? ???? аноним неизвестный неизвестная неизвестно άγνωστος "
    "אלמוני אלמונית مجهول 匿名 不明 無名 未知 不詳 미상"
)
_NEWBORN = _spellings(
    "baby babyboy babygirl boy girl newborn neonate infant twin twina twinb triplet zwilling drilling neugeborenes "
    "neugeborener saugling knabe madchen nouveau nouveaune nne jumeau jumelle bebe recien nacido nacida hijo hija "
    "recemnascido recemnascida rn gemelo gemela gemeo gemea neonato neonata gemello gemella bambino "
    "tweeling pasgeborene nyfodd nyfodt tvilling noworodek bebek ikiz новорожденный новорожденная תינוק "
    "תינוקת 新生児 ベビー"
)
_UNSPACED = frozenset(("CJK", "HANGUL"))
_INITIALS_OF_NOBODY = frozenset("nx")
_HEX = re.compile("[0-9a-f]{8,}")
_ORDINAL = re.compile(r"[1-9]|[1-9]\d?(?:st|nd|rd|th|er|eme)")
_NO_VOWEL = re.compile("[bcdfghjklmnpqrstvwxz]{7,}")
_ONE_LETTER = re.compile(r"(.)\1{3,}")


def anonymous(name: str) -> bool:
    """Tell whether a name was removed, never known, or replaced by a number or a random word."""
    found = words(" ".join(groups(name)))
    if not any(any(map(str.isalpha, word.accented)) for word in found):
        return True
    whole = joined(found).spellings  # No Name, De-Identified
    return bool(whole & _NOBODY) or _INITIALS_OF_NOBODY.issuperset(joined(found).accented) or any(map(_no_name, found))


def newborn(name: str) -> bool:
    """Tell whether a name is a newborn's, `Berg^Baby Girl`: twins bear the same."""
    parts = by_script(name).values()
    return any(word.spellings & _NEWBORN for part in parts for word in part.own or part.family)


def tells_apart(name: str) -> bool:
    """Tell whether a name names one person of a family: one word alone does not, nor does `Berg^A`."""
    return any(_full(part.family) and (_full(part.own) if part.parted else _several(part))
               for part in by_script(name).values())  # fmt: skip


def _no_name(word: Word) -> bool:
    if word.spellings & _NOBODY or any(form.fullmatch(word.accented) for form in (_HEX, _NO_VOWEL, _ONE_LETTER)):
        return True
    return any(map(str.isdigit, word.accented)) and not _ORDINAL.fullmatch(word.accented)


def _full(several: tuple[Word, ...]) -> bool:
    return any(not word.initial for word in several)


def _several(part: Name) -> bool:
    """Two words, or two signs where a name is written without blanks; but not where they are one part alone."""
    whole = [word for word in part.family if not word.initial]
    unspaced = any(len(word.accented) > 1 and script(word.accented) in _UNSPACED for word in whole)
    return not part.alone and (len(whole) > 1 or unspaced)

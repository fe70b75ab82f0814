"""Plain names for DICOM objects that are no pictures, by their SOP class."""

from collections.abc import Mapping


def kind_name(sop_class_uid: str, names: Mapping[str, str]) -> str:
    """Return what a person calls such an object; `names` is the table `kinds`.

    The table names a class, or a whole family by the part of the UID that its members share; `other` is the rest.
    """
    parts = sop_class_uid.split(".")
    prefixes = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((names[prefix] for prefix in prefixes if prefix in names), names["other"])

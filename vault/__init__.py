"""The encrypted vault: bytes, keys and disks. It knows nothing of DICOM, people or screens."""

from vault.crypto.stretch import DEFAULT, FLOOR, Cost
from vault.opened import OpenedVault
from vault.opening import create, unlock
from vault.transaction import Transaction
from vault.values import (
    JSON,
    Buffer,
    Cell,
    Event,
    Fault,
    Index,
    ObjectId,
    ProfileId,
    Progress,
    Row,
    Stored,
    Verification,
)

__all__ = [
    "DEFAULT",
    "FLOOR",
    "JSON",
    "Buffer",
    "Cell",
    "Cost",
    "Event",
    "Fault",
    "Index",
    "ObjectId",
    "OpenedVault",
    "ProfileId",
    "Progress",
    "Row",
    "Stored",
    "Transaction",
    "Verification",
    "create",
    "unlock",
]

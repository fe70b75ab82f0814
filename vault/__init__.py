"""The encrypted vault: bytes, keys and disks. It knows nothing of DICOM, people or screens."""

from vault.backup.compare import compare
from vault.backup.glance import Glance, glance
from vault.backup.restore import restore
from vault.crypto.stretch import DEFAULT, FLOOR, Cost
from vault.keys.computer import KeyStore, ThisComputer
from vault.keys.way import RecoveryWords, Way, WayId, WayIn, WayKind
from vault.opened import OpenedVault
from vault.opening import create, unlock
from vault.transaction import Transaction
from vault.values import (
    JSON,
    BroughtBack,
    Buffer,
    Cell,
    Compaction,
    Copied,
    Deleted,
    Event,
    Extract,
    Fault,
    Index,
    Lag,
    ObjectId,
    PackFinding,
    ProfileId,
    Progress,
    Repair,
    Row,
    Standing,
    Stored,
    Verification,
)
from vault.ways import Ways

__all__ = [
    "DEFAULT",
    "FLOOR",
    "JSON",
    "BroughtBack",
    "Buffer",
    "Cell",
    "Compaction",
    "Copied",
    "Cost",
    "Deleted",
    "Event",
    "Extract",
    "Fault",
    "Glance",
    "Index",
    "KeyStore",
    "Lag",
    "ObjectId",
    "OpenedVault",
    "PackFinding",
    "ProfileId",
    "Progress",
    "RecoveryWords",
    "Repair",
    "Row",
    "Standing",
    "Stored",
    "ThisComputer",
    "Transaction",
    "Verification",
    "Way",
    "WayId",
    "WayIn",
    "WayKind",
    "Ways",
    "compare",
    "create",
    "glance",
    "restore",
    "unlock",
]

"""Backing up: a folder becomes, or becomes again, a vault that holds what this one holds."""

from pathlib import Path

from vault.backup import source, stock
from vault.backup.order import Journey
from vault.backup.target import check_apart, check_not_newer, entered
from vault.session import Session
from vault.store.places import Places
from vault.values import Copied, Progress


def back_up(session: Session, folder: Path, progress: Progress) -> Copied:
    """Copy what the folder does not have; see OpenedVault.back_up."""
    check_apart(session.places.folder, folder)
    ours, target, disk = source.of_session(session), Places(folder), session.disk
    with entered(disk, target, ours.header.vault) as theirs:
        there = stock.take(disk, target)
        if theirs is not None:
            check_not_newer(folder, ours.header, theirs, ours.stock, there, ours.retold)
        return Journey(disk, ours, target, there, session.random, theirs).run(progress)

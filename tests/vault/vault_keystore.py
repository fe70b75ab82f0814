"""A keyring for tests: keeps text by name in memory, and can lose, refuse or forge it."""

from collections.abc import Callable

from vault.errors import KeyringNotAvailable


class MemoryKeyStore:
    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.calls: list[str] = []
        self.refuse: set[str] = set()
        self.forge: Callable[[str], str | None] = lambda secret: secret

    def read(self, name: str) -> str | None:
        self._call("read")
        return self.kept.get(name)

    def write(self, name: str, secret: str) -> None:
        self._call("write")
        forged = self.forge(secret)
        if forged is not None:
            self.kept[name] = forged

    def delete(self, name: str) -> None:
        self._call("delete")
        self.kept.pop(name, None)

    def _call(self, what: str) -> None:
        self.calls.append(what)
        if what in self.refuse:
            raise KeyringNotAvailable(what)

"""Where a thread lays its questions and waits, until a person has answered in the window."""

import threading
from collections.abc import Callable

from app.disc.reading import Locked
from app.errors import Cancelled
from app.services.whose import Answer, Decision, Question

Asked = Question | Locked
Reply = Decision | str | None
"""What somebody says: whose it is, a password, or that there is none."""


class _Waiting:
    """One question, and the place for its answer."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.answered = threading.Event()
        self.reply: Reply = None


class Desk:
    """`whose` and `password` are called in threads and wait; `told` is called there when there is a new question."""

    def __init__(self, told: Callable[[], None]) -> None:
        self._told = told
        self._waiting: list[_Waiting] = []
        self._closed = False
        self._guard = threading.Lock()

    @property
    def asked(self) -> Asked | None:
        """What has waited longest for an answer."""
        with self._guard:
            return self._waiting[0].asked if self._waiting else None

    def whose(self, question: Question) -> Decision:
        """Wait until somebody says whose it is; raises Cancelled when the desk is closed."""
        reply = self._ask(question)
        return Answer.WAIT if reply is None or isinstance(reply, str) else reply

    def password(self, locked: Locked) -> str | None:
        """Wait for a password, None if there is none; raises Cancelled when the desk is closed."""
        reply = self._ask(locked)
        return reply if isinstance(reply, str) else None

    def answer(self, asked: Asked, reply: Reply) -> None:
        """Answer the question that waits; one that does not wait any more is left alone."""
        with self._guard:
            found = next((one for one in self._waiting if one.asked is asked), None)
            if found is not None:
                self._waiting.remove(found)
                found.reply = reply
                found.answered.set()

    def close(self) -> None:
        """Take no more questions, and answer none."""
        with self._guard:
            self._closed = True
            for one in self._waiting:
                one.answered.set()

    def _ask(self, asked: Asked) -> Reply:
        waiting = _Waiting(asked)
        with self._guard:
            if self._closed:
                raise Cancelled
            self._waiting.append(waiting)
        self._told()
        waiting.answered.wait()
        with self._guard:
            if waiting in self._waiting:
                self._waiting.remove(waiting)
                raise Cancelled
        return waiting.reply

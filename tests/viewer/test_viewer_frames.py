"""The frame server: first picture first, neighbours ahead, memory bounded, errors their own frame's alone."""

import threading
import time

import numpy as np
import pytest
from viewer_objects import grey, part10

from viewer import errors
from viewer.frames import FrameReference, FrameServer

SIDE = 32
NBYTES = SIDE * SIDE * 2


def file(number: int) -> bytes:
    return part10(grey(np.full((SIDE, SIDE), number, "u2")))


class Shelf:
    """Instances to read, with a note of who was read, and a gate that can hold back all but one of them."""

    def __init__(self, count: int, bad: dict[int, bytes] | None = None) -> None:
        self.files = {number: file(number) for number in range(count)} | (bad or {})
        self.read: list[int] = []
        self.gate = threading.Event()
        self.gate.set()
        self.always: set[int] = set()

    def __call__(self, key: int) -> bytes:
        if key not in self.always:
            self.gate.wait(5)
        self.read.append(key)
        return self.files[key]


def references(count: int) -> list[FrameReference]:
    return [FrameReference(number) for number in range(count)]


def settled(server: FrameServer, expected: set[int]) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if server.known() == expected:
            return True
        time.sleep(0.005)
    return False


def value(server: FrameServer, index: int) -> int:
    return int(server.get(index).stored[0, 0])


def test_frames_by_index() -> None:
    shelf = Shelf(5)
    with FrameServer(references(5), shelf, prefetch=False) as server:
        assert len(server) == 5
        assert [value(server, index) for index in (3, 0, 3, 4)] == [3, 0, 3, 4]
        assert shelf.read == [3, 0, 4]
        assert server.nbytes == 3 * NBYTES


def test_the_first_picture_waits_for_no_other() -> None:
    shelf = Shelf(50)
    shelf.always = {20}
    shelf.gate.clear()
    with FrameServer(references(50), shelf) as server:
        assert value(server, 20) == 20
        assert server.known() == {20}
        shelf.gate.set()


def test_neighbours_then_onwards_and_no_further_than_the_cache() -> None:
    shelf = Shelf(100)
    with FrameServer(references(100), shelf, cache_bytes=6 * NBYTES) as server:
        value(server, 50)
        assert settled(server, {48, 49, 50, 51, 52, 53})
        assert shelf.read == [50, 51, 49, 52, 48, 53]


def test_backwards_travel_is_prefetched_backwards() -> None:
    shelf = Shelf(100)
    with FrameServer(references(100), shelf, cache_bytes=7 * NBYTES) as server:
        value(server, 50)
        assert settled(server, {48, 49, 50, 51, 52, 53, 54})
        value(server, 49)
        assert settled(server, {45, 46, 47, 48, 49, 50, 51})


def test_what_is_no_longer_wanted_is_not_decoded() -> None:
    shelf = Shelf(100)
    shelf.always = {10, 90}
    shelf.gate.clear()
    with FrameServer(references(100), shelf, cache_bytes=8 * NBYTES) as server:
        value(server, 10)
        value(server, 90)
        shelf.gate.set()
        assert settled(server, {88, 89, 90, 91, 92, 93, 94, 95})
        # Only the one that was being read when the wheel turned; none of its followers.
        assert set(shelf.read) & set(range(12, 80)) == set()


def test_memory_stays_within_its_bound() -> None:
    limit = 5 * NBYTES
    with FrameServer(references(60), Shelf(60), cache_bytes=limit) as server:
        for index in [*range(60), *range(59, -1, -1)]:
            server.get(index)
            assert server.nbytes <= limit


def test_the_least_recently_used_goes_first() -> None:
    with FrameServer(references(9), Shelf(9), cache_bytes=3 * NBYTES, prefetch=False) as server:
        for index in (0, 1, 2, 0, 3):
            server.get(index)
        assert server.known() == {0, 2, 3}


def test_a_frame_larger_than_the_cache_is_still_shown() -> None:
    with FrameServer(references(2), Shelf(2), cache_bytes=10) as server:
        assert value(server, 1) == 1
        assert server.nbytes == 0


def test_a_frame_that_fails_fails_alone_and_each_time() -> None:
    shelf = Shelf(5, bad={2: b"no picture at all" * 20, 3: file(3)[:-9]})
    with FrameServer(references(5), shelf) as server:
        assert value(server, 1) == 1
        for _ in range(2):
            with pytest.raises(errors.NotDicom):
                server.get(2)
            with pytest.raises(errors.IncompleteImage):
                server.get(3)
        assert value(server, 4) == 4
        assert shelf.read.count(2) == 1


def test_what_reading_raises_is_passed_on_and_tried_again() -> None:
    shelf = Shelf(3)
    del shelf.files[1]
    with FrameServer(references(3), shelf, prefetch=False) as server:
        with pytest.raises(KeyError):
            server.get(1)
        shelf.files[1] = file(1)
        assert value(server, 1) == 1


def test_reading_that_fails_ahead_of_time_harms_nobody() -> None:
    shelf = Shelf(5)
    del shelf.files[1]
    with FrameServer(references(5), shelf) as server:
        assert value(server, 0) == 0
        assert settled(server, {0, 2, 3, 4})
        with pytest.raises(KeyError):
            server.get(1)


def test_a_cine_is_read_once() -> None:
    frames = np.arange(12, dtype="u2").repeat(16).reshape(12, 4, 4)
    reads: list[int] = []

    def read(key: int) -> bytes:
        reads.append(key)
        return part10(grey(frames))

    with FrameServer([FrameReference(7, frame) for frame in range(12)], read, prefetch=False) as server:
        assert [value(server, index) for index in range(12)] == list(range(12))
    assert reads == [7]


@pytest.mark.parametrize("index", [-1, 5])
def test_an_index_outside(index: int) -> None:
    with FrameServer(references(5), Shelf(5), prefetch=False) as server, pytest.raises(IndexError):
        server.get(index)


def test_closed_it_forgets_and_refuses() -> None:
    server = FrameServer(references(5), Shelf(5))
    server.get(0)
    server.close()
    server.close()
    assert server.known() == frozenset()
    assert server.nbytes == 0
    with pytest.raises(errors.ServerClosed):
        server.get(0)
    assert not [thread for thread in threading.enumerate() if thread.name == "frames"]


def test_many_askers_get_the_right_frames() -> None:
    shelf, wrong = Shelf(40), []

    def ask(seed: int) -> None:
        for index in np.random.default_rng(seed).integers(0, 40, 120).tolist():
            if value(server, index) != index:
                wrong.append(index)

    with FrameServer(references(40), shelf, cache_bytes=10 * NBYTES) as server:
        askers = [threading.Thread(target=ask, args=(seed,)) for seed in range(4)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
        assert server.nbytes <= 10 * NBYTES
    assert wrong == []


def test_an_asker_waits_for_the_worker_instead_of_decoding_twice() -> None:
    shelf = Shelf(2)
    shelf.always = {0}
    shelf.gate.clear()
    with FrameServer(references(2), shelf) as server:
        value(server, 0)
        deadline = time.monotonic() + 5
        while 1 not in server._busy and time.monotonic() < deadline:
            time.sleep(0.001)
        asker = threading.Thread(target=server.get, args=(1,))
        asker.start()
        asker.join(0.05)
        assert asker.is_alive()
        shelf.gate.set()
        asker.join()
        assert shelf.read == [0, 1]

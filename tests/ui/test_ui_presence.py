"""Whether somebody still looks: a reload is no goodbye, a closed page is."""

from app.ui.presence import Presence


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_nobody_came_yet_is_not_gone():
    clock = Clock()
    presence = Presence(clock, grace=10)
    clock.now += 10_000
    assert not presence.gone


def test_a_closed_page_is_gone_after_the_grace():
    clock = Clock()
    presence = Presence(clock, grace=10)
    presence.enter()
    clock.now += 1000
    assert not presence.gone
    presence.leave()
    clock.now += 9.9
    assert not presence.gone
    clock.now += 0.2
    assert presence.gone


def test_a_reload_stays():
    clock = Clock()
    presence = Presence(clock, grace=10)
    presence.enter()
    presence.leave()
    clock.now += 5
    presence.enter()
    clock.now += 100
    assert not presence.gone


def test_a_reload_whose_new_page_comes_before_the_old_has_left():
    clock = Clock()
    presence = Presence(clock, grace=10)
    presence.enter()
    presence.enter()
    presence.leave()
    clock.now += 100
    assert not presence.gone
    assert presence.here == 1


def test_there_is_a_limit():
    presence = Presence(Clock(), limit=2)
    assert [presence.enter() for _ in range(3)] == [True, True, False]
    presence.leave()
    assert presence.enter()

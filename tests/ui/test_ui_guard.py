"""Attacks on the loopback page, over real sockets. Whatever is not the person's own browser gets nothing."""

import contextlib
import socket
from collections.abc import Iterator

import flet as ft
import pytest
from raw_http import Answer, ask, exchange, handshake

from app.ui.guard import METHODS, PLAIN_PATH, REFUSAL, Keys
from app.ui.serve import serving
from app.ui.site import Site, served_files

SECRET = "Anna Example 1957-05-03"


def main(page: ft.Page) -> None:
    page.add(ft.Text(SECRET))


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving(main, grace=600) as site:
        yield site


@pytest.fixture(scope="module")
def cookie(site: Site) -> str:
    """The cookie of the person's own browser, got by the start link."""
    answer = ask(site, site.start_url.removeprefix(site.address.origin))
    assert answer.status == 303
    return answer.header("set-cookie").split(";")[0]


@pytest.fixture
def fresh() -> Iterator[Site]:
    """A page whose start link was not used yet."""
    with serving(main, grace=600) as site:
        yield site


def start_path(site: Site) -> str:
    return site.start_url.removeprefix(site.address.origin)


def nothing_leaks(answer: Answer) -> None:
    assert SECRET.encode() not in answer.body
    assert b"flutter" not in answer.body.lower()
    assert answer.header("set-cookie") == ""
    assert answer.header("access-control-allow-origin") == ""
    # What never reaches the door is answered by the reader of requests itself, in a few fixed words.
    assert "default-src 'none'" in answer.header("content-security-policy") or len(answer.body) < 40


# --- the right way in ---


def test_the_page_answers_its_own_browser(site: Site, cookie: str):
    answer = ask(site, headers=[("Cookie", cookie), ("Sec-Fetch-Site", "same-origin")])
    assert answer.status == 200
    assert b"flutter_bootstrap.js" in answer.body


@pytest.mark.parametrize("path", sorted(served_files())[::12])
def test_the_clients_files_are_served(site: Site, cookie: str, path: str):
    assert ask(site, path, headers=[("Cookie", cookie)]).status == 200


def test_the_websocket_answers_its_own_page(site: Site, cookie: str):
    own = [("Cookie", cookie), ("Origin", site.address.origin), ("Sec-Fetch-Site", "same-origin")]
    assert handshake(site, headers=own).status == 101


def test_the_cookie_is_for_this_page_alone(fresh: Site):
    parts = ask(fresh, start_path(fresh)).header("set-cookie").split("; ")
    assert set(parts[1:]) == {"HttpOnly", "SameSite=Strict", "Path=/"}
    assert not any(part.lower().startswith("domain") for part in parts)


def test_a_start_from_a_file_steps_over_a_page_of_our_own(fresh: Site):
    answer = ask(fresh, start_path(fresh), headers=[("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Dest", "document")])
    assert answer.status == 200
    assert b'content="0;url=/"' in answer.body
    assert answer.header("set-cookie")


# --- the ticket ---


def test_a_ticket_is_good_once(fresh: Site):
    path = start_path(fresh)
    assert ask(fresh, path).status == 303
    again = ask(fresh, path)
    assert again.status == 403
    nothing_leaks(again)


@pytest.mark.parametrize("change", ["", "?", "?wrong", "?ticket=", "?" + "A" * 43])
def test_a_wrong_ticket_is_refused_and_does_not_use_up_the_right_one(fresh: Site, change: str):
    answer = ask(fresh, "/start" + change)
    assert answer.status == 403
    nothing_leaks(answer)
    assert ask(fresh, start_path(fresh)).status == 303


def test_an_empty_ticket_is_not_the_used_one(site: Site, cookie: str):
    assert ask(site, "/start?").status == 403
    assert ask(site, "/start?None").status == 403


@pytest.mark.parametrize(
    "headers",
    [
        [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Dest", "empty")],
        [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Dest", "image")],
        [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Dest", "iframe")],
        [("Origin", "null")],
        [("Origin", "http://evil.example")],
    ],
)
def test_only_a_navigation_may_use_a_ticket(fresh: Site, headers: list[tuple[str, str]]):
    assert ask(fresh, start_path(fresh), headers=headers).status == 403
    assert ask(fresh, start_path(fresh)).status == 303, "the ticket was not used up"


@pytest.mark.parametrize("method", ["HEAD", "POST"])
def test_a_look_ahead_does_not_use_up_the_ticket(fresh: Site, method: str):
    assert ask(fresh, start_path(fresh), method=method).status in (403, 405)
    assert ask(fresh, start_path(fresh)).status == 303


def test_each_start_has_its_own_secrets_and_shows_none(fresh: Site, site: Site):
    assert fresh.address.name != site.address.name
    keys = Keys()
    assert keys.cookie != Keys().cookie
    assert str(keys.ticket) not in repr(keys)
    assert keys.cookie not in repr(keys)
    ticket = fresh.start_url.partition("?")[2]
    assert ticket not in repr(fresh)
    assert ticket not in repr(fresh.guard)


# --- no cookie, a foreign cookie ---


@pytest.mark.parametrize("path", ["/", "/main.dart.js", "/assets/FontManifest.json", "/docs", "/nothing"])
def test_without_the_cookie_nothing_is_answered(site: Site, path: str):
    answer = ask(site, path)
    assert answer.status == 403
    nothing_leaks(answer)


def test_the_cookie_of_another_local_server_is_refused(site: Site, cookie: str, fresh: Site):
    theirs = ask(fresh, start_path(fresh)).header("set-cookie").split(";")[0]
    assert ask(site, headers=[("Cookie", theirs)]).status == 403
    renamed = f"{cookie.split('=')[0]}={theirs.split('=')[1]}"
    assert ask(site, headers=[("Cookie", renamed)]).status == 403


@pytest.mark.parametrize(
    "spoil",
    [
        lambda good: good + "x",
        lambda good: good[:-1],
        lambda good: good.split("=")[0] + "=",
        lambda good: f"{good.split('=')[0]}=wrong; {good}",
        lambda good: f"{good}; {good}",
        lambda good: good.upper(),
        lambda good: good.split("=")[0] + "=é",
    ],
)
def test_a_cookie_that_is_not_exactly_it(site: Site, cookie: str, spoil):
    assert ask(site, headers=[("Cookie", spoil(cookie))]).status == 403


def test_other_cookies_beside_it_do_no_harm(site: Site, cookie: str):
    assert ask(site, headers=[("Cookie", f"a=b; {cookie}; c")]).status == 200


# --- another host, another origin, another site ---


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1", "127.0.0.1:{port}", "localhost:{port}", "{name}", "{name}:1", "x.{name}:{port}",
     "{name}:{port}.evil.example", "{name}.:{port}", "", "[::1]:{port}"],
)  # fmt: skip
def test_only_the_exact_host(site: Site, cookie: str, host: str):
    named = host.format(name=site.address.name, port=site.address.port)
    answer = ask(site, host=named, headers=[("Cookie", cookie)])
    assert answer.status in (400, 421)
    nothing_leaks(answer)


@pytest.mark.parametrize("name", ["Origin", "Sec-Fetch-Site"])
def test_a_header_that_stands_twice_is_neither(site: Site, cookie: str, name: str):
    right = {"Origin": site.address.origin, "Sec-Fetch-Site": "same-origin"}[name]
    for pair in ((right, "http://evil.example"), ("http://evil.example", right), (right, right)):
        headers = [("Cookie", cookie), *((name, value) for value in pair)]
        assert ask(site, headers=headers).status == 403


def test_two_hosts_are_none(site: Site, cookie: str):
    headers = [("Cookie", cookie), ("Host", "evil.example")]
    assert ask(site, headers=headers).status == 400


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://{host}", "http://127.0.0.1:{port}", "http://{name}"]
)
def test_a_foreign_origin_is_refused(site: Site, cookie: str, origin: str):
    value = origin.format(host=site.address.host, name=site.address.name, port=site.address.port)
    assert ask(site, headers=[("Cookie", cookie), ("Origin", value)]).status == 403
    assert handshake(site, headers=[("Cookie", cookie), ("Origin", value)]).status == 403


def test_a_websocket_needs_an_origin(site: Site, cookie: str):
    assert handshake(site, headers=[("Cookie", cookie)]).status == 403


def test_a_websocket_needs_the_cookie(site: Site):
    assert handshake(site, headers=[("Origin", site.address.origin)]).status == 403


def test_a_websocket_needs_the_host(site: Site, cookie: str):
    own = [("Cookie", cookie), ("Origin", site.address.origin)]
    assert handshake(site, host=f"127.0.0.1:{site.address.port}", headers=own).status == 403


@pytest.mark.parametrize("path", ["/", "/ws2", "/ws/", "/start", "/main.dart.js"])
def test_a_websocket_stands_at_one_place(site: Site, cookie: str, path: str):
    own = [("Cookie", cookie), ("Origin", site.address.origin)]
    assert handshake(site, path=path, headers=own).status == 403


@pytest.mark.parametrize("value", ["cross-site", "same-site", "nonsense", ""])
def test_what_another_site_caused_is_refused(site: Site, cookie: str, value: str):
    headers = [("Cookie", cookie), ("Sec-Fetch-Site", value)]
    assert ask(site, headers=headers).status == 403
    assert handshake(site, headers=[*headers, ("Origin", site.address.origin)]).status == 403


def test_only_so_many_pages_at_once(fresh: Site):
    cookie = ask(fresh, start_path(fresh)).header("set-cookie").split(";")[0]
    own = [("Cookie", cookie), ("Origin", fresh.address.origin)]
    for _ in range(fresh.presence.limit):
        assert fresh.presence.enter()
    assert handshake(fresh, headers=own).status == 403
    fresh.presence.leave()
    assert handshake(fresh, headers=own).status == 101


# --- nothing else is there ---


@pytest.mark.parametrize(
    "path",
    ["/docs", "/docs/oauth2-redirect", "/redoc", "/openapi.json", "/oauth_callback", "/oauth_callback?state=1",
     "/upload", "/study/1", "/index.html", "/pyodide/pyodide.mjs", "/main.dart.js.map", "/start/", "/favicon.ico",
     "/WS"],
)  # fmt: skip
def test_no_other_route(site: Site, cookie: str, path: str):
    answer = ask(site, path, headers=[("Cookie", cookie)])
    assert answer.status == 404
    nothing_leaks(answer)


@pytest.mark.parametrize(
    "path",
    ["/../etc/passwd", "/assets/../../../../etc/passwd", "/%2e%2e/etc/passwd", "/..%2fetc/passwd",
     "/%2fetc/passwd", "/assets/%2e%2e/%2e%2e/index.html", "//etc/passwd", "/\\..\\..\\etc\\passwd", "/%5c..%5cetc",
     "/.env", "/./main.dart.js", "/main.dart.js/", "/assets//FontManifest.json", "/%00", "/main.dart.js%00.png",
     "/main%2edart.js", "http://evil.example/", "/..;/", "/%c0%ae%c0%ae/", "/é"],
)  # fmt: skip
def test_no_way_out_of_the_folder(site: Site, cookie: str, path: str):
    answer = ask(site, path, headers=[("Cookie", cookie)])
    assert answer.status in (400, 404), path
    assert b"root:" not in answer.body
    nothing_leaks(answer)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "PROPFIND", "get"])
def test_no_other_method(site: Site, cookie: str, method: str):
    assert method not in METHODS
    answer = ask(site, method=method, headers=[("Cookie", cookie)])
    assert answer.status in (400, 405)
    assert answer.status == 400 or answer.body == REFUSAL, "Flet was never asked"


def test_no_body_is_taken(site: Site, cookie: str):
    sized = ask(site, headers=[("Cookie", cookie), ("Content-Length", "5")], body=b"hello")
    chunked = ask(site, headers=[("Cookie", cookie), ("Transfer-Encoding", "chunked")], body=b"0\r\n\r\n")
    assert (sized.status, chunked.status) == (413, 413)


def test_no_endless_request(site: Site, cookie: str):
    assert ask(site, "/?" + "a" * 1000, headers=[("Cookie", cookie)]).status == 404
    with contextlib.suppress(ConnectionError):
        assert ask(site, headers=[("Cookie", cookie), ("X-Long", "a" * 300_000)]).status in (400, 431)


def test_it_speaks_to_this_computer_alone(site: Site):
    for each in site.server.servers:
        for bound in each.sockets:
            assert bound.getsockname()[0] in ("127.0.0.1", "::1")


def test_the_other_loopback_address_is_ours_too(site: Site):
    if len(site.server.servers) < 2:
        pytest.skip("this computer has no IPv6 loopback")
    request = f"GET / HTTP/1.1\r\nHost: {site.address.host}\r\nConnection: close\r\n\r\n".encode()
    assert exchange(site.address.port, request, socket.AF_INET6).status == 403


def test_garbage_is_refused(site: Site):
    assert exchange(site.address.port, b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n").status in (0, 400)
    assert ask(site).status == 403, "and the page still stands"


# --- what the answers carry ---

FIXED = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
}


@pytest.mark.parametrize("path", ["/", "/main.dart.js", "/assets/fonts/roboto.woff2", "/docs"])
def test_every_answer_is_hardened(site: Site, cookie: str, path: str):
    answer = ask(site, path, headers=[("Cookie", cookie)])
    assert {name: answer.header(name) for name in FIXED} == FIXED
    for absent in ("access-control-allow-origin", "server", "date", "etag", "last-modified"):
        assert answer.header(absent) == ""


def test_a_refusal_is_hardened_too(site: Site):
    answer = ask(site)
    assert {name: answer.header(name) for name in FIXED} == FIXED


def test_the_policy_knows_no_other_host(site: Site, cookie: str):
    policy = ask(site, headers=[("Cookie", cookie)]).header("content-security-policy")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"].split() == ["'self'", "'unsafe-inline'", "'wasm-unsafe-eval'", "blob:"]
    assert rules["frame-ancestors"] == rules["form-action"] == rules["object-src"] == "'none'"
    allowed = {
        "'self'",
        "'none'",
        "'unsafe-inline'",
        "'wasm-unsafe-eval'",
        "blob:",
        "data:",
        f"ws://{site.address.host}",
    }
    assert {source for rule in rules.values() for source in rule.split()} <= allowed


def test_a_plain_path_is_plain():
    assert all(PLAIN_PATH.fullmatch(path) for path in served_files() | {"/", "/ws", "/start"})
    crooked = ("", "a", "/.", "/..", "/a/../b", "//", "/a//b", "/a/", "/%41", "/a\n")
    assert not any(PLAIN_PATH.fullmatch(path) for path in crooked)

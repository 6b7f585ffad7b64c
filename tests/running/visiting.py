"""People and programs at a running `casefy up`: the demo's owner in a browser, open streams, a client of the API."""

import http.client
import http.cookiejar
import json
import re
import socket
import urllib.error
import urllib.parse
import urllib.request
from contextlib import closing
from uuid import uuid4

from tests.running.product import Up, casefy

SLUG, EMAIL = "northwind", "ana@northwind.example"


class Person:
    """Ana, signed in: her pages, and the streams that they listen to."""

    def __init__(self, up: Up) -> None:
        self.up = up
        cookies = http.cookiejar.CookieJar()
        self._browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
        login = self.page("/accounts/login/")
        (token,) = set(re.findall(r'csrfmiddlewaretoken" value="(\w+)"', login))
        password = (up.home / "demo-login").read_text().split(" / ")[1].split()[0]
        form = {"csrfmiddlewaretoken": token, "login": EMAIL, "password": password}
        content = urllib.parse.urlencode(form).encode()
        with self._browser.open(f"{up.url}/accounts/login/", content, timeout=20) as answer:
            assert f"/o/{SLUG}" in answer.url

    def page(self, path: str) -> str:
        """A page's text."""
        try:
            with self._browser.open(f"{self.up.url}{path}", timeout=20) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as refusal:
            refusal.close()
            raise

    def listen(self) -> http.client.HTTPResponse:
        """Open a stream of live updates, as each open page does."""
        ticket = json.loads(self.page(f"/o/{SLUG}/live"))["ticket"]
        link = http.client.HTTPConnection(
            "127.0.0.1", int(self.up.environment["CASEFY_LIVE_PORT"]), timeout=20
        )
        link.request("GET", f"/live?ticket={ticket}")
        answer = link.getresponse()
        if link.sock is not None:
            link.sock.close()  # from here on it is the answer's, and ends with it
        assert answer.status == 200, answer.read()
        return answer


class Program:
    """A client of the API."""

    def __init__(self, up: Up, token: str) -> None:
        self.up, self.token = up, token
        self.link = http.client.HTTPConnection("127.0.0.1", int(up.environment["CASEFY_PORT"]), timeout=30)

    def ask(self, method: str, path: str, body: object = None, key: str = "") -> tuple[int, object]:
        """Status and content of an answer."""
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key or str(uuid4()),
        }
        with closing(self.link):
            content = json.dumps(body) if body is not None else None
            self.link.request(method, f"/api/v1/{path}", content, headers)
            with self.link.getresponse() as answer:
                return answer.status, json.loads(answer.read() or b"null")


def token_of(up: Up) -> str:
    """A new token of Ana's."""
    words = ["token", "create", "--organization", SLUG, "--member", EMAIL, "--name", str(uuid4())]
    made = casefy(*words, home=up.home)
    assert made.returncode == 0, made.stderr
    return made.stdout.split()[-1]


def kept_connection(up: Up) -> socket.socket:
    """A connection that has asked once and stays open."""
    link = socket.create_connection(("127.0.0.1", int(up.environment["CASEFY_PORT"])))
    link.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    answer = b""
    while not answer.endswith(b"\r\n\r\nok"):  # head and body may come one after the other
        answer += (part := link.recv(4000))
        assert part, answer
    assert b" 200 " in answer
    return link

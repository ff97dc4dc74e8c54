"""Clients who carry matters from registration to sign-off over HTTP and never lose their thread.

Whoever gets no answer asks again with the same key, as a program should; what was acknowledged stands in
the journal before the next step.
"""

import json
import random
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any

from bench.faults.journal import Journal

_PATIENCE = 240.0  # seconds a client tries to get an answer to one request
_ECHO = 0.1  # the share of acknowledged requests that are sent once more


@dataclass
class Seen:
    """What the clients met: acknowledged requests, kinds of trouble, refusals, wrong echoes, and the longest wait."""

    acknowledged: int = 0
    lives: int = 0
    trouble: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    echoes: int = 0
    wrong: list[str] = field(default_factory=list)
    longest: float = 0.0
    #: When anything was last acknowledged.
    last: float = field(default_factory=time.monotonic)


class Given(Exception):
    """The request was refused for good, or never answered."""


class Client(threading.Thread):
    """One client: a connection, and one life after another until ``stop`` is set."""

    def __init__(
        self, port: int, known: dict[str, Any], journal: Journal, seen: Seen, stop: threading.Event,
        *, seed: int, pause: float = 0.0,
    ) -> None:  # fmt: skip
        super().__init__(daemon=True)
        self.port, self.known, self.journal, self.seen, self.stop = port, known, journal, seen, stop
        self.chance, self.pause = random.Random(seed), pause
        self.connection: HTTPConnection | None = None

    def run(self) -> None:
        """Live until told to stop; the last life is finished."""
        while not self.stop.is_set():
            try:
                self.live()
                self.seen.lives += 1
            except Given as given:
                self.seen.refused.append(str(given)[:300])

    def live(self) -> None:
        """Carry one matter from its registration to its sign-off."""
        name = f"F-{uuid.uuid4().hex}"
        opening = {
            "kind": "projects.problem",
            "data": {"title": name, "category": "other"},
            "party": self.known["party"],
        }
        code = self.ask("/api/v1/matters", "desk", opening, name)["code"]
        steps = (
            ("assign", "desk", {"unit": self.known["unit"]}),
            ("note", "desk", {"note": "已电话联系"}),
            ("answer", "clerk", {"closing": "explained", "reply": "已向企业说明"}),
            ("verify", "officer", {"method": "call"}),
            ("sign_off", "chief", {"note": "同意销号"}),
        )
        for move, who, data in steps:
            self.ask(f"/api/v1/matters/{code}/moves/{move}", who, {"data": data}, uuid.uuid4().hex)

    def ask(self, path: str, who: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        """Send until there is an answer; write down what was asked and what was acknowledged."""
        self.journal.write("ask", key=key, path=path, who=who)
        begun, tries = time.monotonic(), 0
        while time.monotonic() < begun + _PATIENCE:
            tries += 1
            said: Any
            status, said = self.send(path, who, body, key)
            if 200 <= status < 300:
                self.journal.write("ack", key=key, receipt=said)
                self.seen.acknowledged += 1
                self.seen.last = time.monotonic()
                self.seen.longest = max(self.seen.longest, time.monotonic() - begun)
                self.echo(path, who, body, key, said)
                time.sleep(self.pause)
                return dict(said)
            self.seen.trouble[str(status) if status else str(said)] += 1
            if 400 <= status < 500 and status != 429:
                self.journal.write("refused", key=key, status=status, said=said)
                raise Given(f"{path} {status} {said} (try {tries})")
            time.sleep(min(2.0, 0.1 * 2 ** min(tries, 5)) * (0.5 + self.chance.random()))
        self.journal.write("unanswered", key=key)
        raise Given(f"{path}: no answer in {_PATIENCE} s")

    def echo(self, path: str, who: str, body: dict[str, Any], key: str, said: dict[str, Any]) -> None:
        """Send an acknowledged request once more: it must be known, and told as the first time."""
        if self.chance.random() >= _ECHO:
            return
        status, again = self.send(path, who, body, key)
        if 200 <= status < 300:
            self.seen.echoes += 1
            if not again["again"] or (again["code"], again["seq"], again["hash"]) != (
                said["code"],
                said["seq"],
                said["hash"],
            ):
                self.seen.wrong.append(f"{path}: {said} then {again}")

    def send(self, path: str, who: str, body: dict[str, Any], key: str) -> tuple[int, Any]:
        """Send once; (0, the name of the trouble) when there was no whole answer."""
        headers = {
            "Authorization": f"Bearer {self.known[who]}", "Content-Type": "application/json", "Idempotency-Key": key,
        }  # fmt: skip
        try:
            if self.connection is None:
                self.connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
            self.connection.request("POST", path, json.dumps(body), headers)
            answer = self.connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text[:1] == b"{" else text[:200].decode(
                errors="replace"
            )
        except (OSError, HTTPException, ValueError) as trouble:
            if self.connection:
                self.connection.close()
            self.connection = None
            return 0, type(trouble).__name__

"""One scenario under way: the house, seeded chance, how long to injure, and what was done."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bench.faults.house import House


@dataclass
class Run:
    """What an injury is given, and where it writes down what it did and what it saw broken."""

    house: House
    chance: random.Random
    seconds: float
    done: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    counts: dict[str, Any] = field(default_factory=dict)

    def until_end(self, low: float, high: float, injure: Callable[[], str]) -> None:
        """Injure again and again, at random moments between ``low`` and ``high`` seconds apart."""
        end = time.monotonic() + self.seconds
        while time.monotonic() < end or not self.done:
            time.sleep(self.chance.uniform(low, high))
            if what := injure():
                self.done.append(what)

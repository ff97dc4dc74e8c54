"""How lines that are blind to each other meet: a port is declared in a contract, bound by one line, called by others.

The contract names and types what may be asked; the line that owns it binds the function when the program
starts; whoever calls never learns which module answers. A hook is the other way round: many bind, the owner asks all.
"""

from collections.abc import Callable, Iterator
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Unbound(LookupError):
    """A port nobody has bound: the line that offers it isn't installed."""


class Port(Generic[P, R]):
    """One function a line offers to others, under a name that stands in its contract."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._function: Callable[P, R] | None = None

    def bind(self, function: Callable[P, R]) -> Callable[P, R]:
        """Say who answers; usable as a decorator. Two different functions are a programming error."""
        if self._function not in (None, function):
            raise ValueError(f"two functions are bound to {self.name}")
        self._function = function
        return function

    @property
    def bound(self) -> bool:
        """Whether somebody answers."""
        return self._function is not None

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Ask; :class:`Unbound` when nobody answers."""
        if self._function is None:
            raise Unbound(self.name)
        return self._function(*args, **kwargs)


class Hook(Generic[P, R]):
    """A question a line asks of all who have something to say, in the order they were bound."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._functions: list[Callable[P, R]] = []

    def bind(self, function: Callable[P, R]) -> Callable[P, R]:
        """Add somebody who answers; the same function counts once."""
        if function not in self._functions:
            self._functions.append(function)
        return function

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Iterator[R]:
        """Return every answer."""
        for function in self._functions:
            yield function(*args, **kwargs)

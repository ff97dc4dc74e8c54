"""The way of one matter through its stages: what is behind it, where it stands, what comes next.

The main way runs through the stages as they are declared, up to the first final one. What is declared after that lies
aside: a ruling, being handled with another matter, a withdrawal.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

from bihuan.logic.mechanism import Mechanism, Stage

State = Literal["done", "now", "next", "skipped"]


def way(mechanism: Mechanism, entered: Sequence[str]) -> list[tuple[Stage, State]]:
    """Return the stages of a matter that ``entered`` these in turn (the last is where it stands), each with its state.

    A stage aside stands in its place: behind those the matter came through, before those that can still come. It is
    told of as done only where the matter went past stages of the main way by it; without one, these were skipped.
    """
    stages = mechanism.stages
    place = {stage.name: n for n, stage in enumerate(stages)}
    end = next(n for n, stage in enumerate(stages) if stage.final)
    path = _path([place[name] for name in entered], end)
    now = path[-1]
    coming = range(now + 1, end + 1) if now <= end else _coming(mechanism, path, end)
    behind = [n for n in path[:-1] if n not in coming]
    found: list[tuple[int, State]] = []
    aside: list[int] = []
    last = -1
    for n in [*behind, now]:
        if n > end and n != now:
            aside.append(n)
            continue
        gap = range(last + 1, n) if n <= end else range(0)
        if gap or n > end:
            found += [(one, "done") for one in aside] or [(one, "skipped") for one in gap]
        aside, last = [], n if n <= end else last
        found.append((n, "now" if n == now else "done"))
    return [(stages[n], state) for n, state in [*found, *((n, "next") for n in coming)]]


def _path(entered: Iterable[int], end: int) -> list[int]:
    """Return the places a matter came through, without what it went back over."""
    path: list[int] = []
    for n in entered:
        back = (at for at, seen in enumerate(path) if seen == n or (n <= end and n <= seen <= end))
        path = [*path[: next(back, len(path))], n]
    return path


def _coming(mechanism: Mechanism, path: Sequence[int], end: int) -> range:
    """Return the stages of the main way that can still come where a matter stands aside."""
    last = max((n for n in path if n <= end), default=-1)
    exits = _exits(mechanism, mechanism.stages[path[-1]].name, end)
    if not exits:
        return range(0)
    return range(min((n for n in exits if n > last), default=min(last + 1, end)), end + 1)


def _exits(mechanism: Mechanism, aside: str, end: int) -> set[int]:
    """Return the stages of the main way that lead on from one aside, also by way of others aside."""
    place = {stage.name: n for n, stage in enumerate(mechanism.stages)}
    found: set[int] = set()
    seen, waiting = {aside}, [aside]
    while waiting:
        here = waiting.pop()
        for move in mechanism.moves:
            if here not in move.sources or not move.target:
                continue
            if place[move.target] <= end:
                found.add(place[move.target])
            elif move.target not in seen:
                seen.add(move.target)
                waiting.append(move.target)
    return found

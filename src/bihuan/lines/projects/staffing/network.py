"""Timetables of many projects and the people who carry their nodes, as one problem for ``logic.scarce``. Pure.

Moments are working days from ``base`` on: moment n is the n-th of them. A node on a side somebody carries
needs that person from its start to its end; one that has begun goes on for what is left of it. No node starts
before its network alone lets it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bihuan.lines.projects.timetables.core import NodeRow, Reading
from bihuan.lines.projects.timetables.templating import LAST
from bihuan.logic.scarce import Task
from bihuan.logic.workdays import Calendar

_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who carries nodes on these sides, so many at once."""

    post: int
    role: str
    at_once: int
    sides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A project's timetable as it stands, with the posts that carry its nodes."""

    project: int
    reading: Reading
    posts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands in the problem: its task, and who carries it."""

    project: int
    node: NodeRow
    task: int
    posts: tuple[int, ...]


@dataclass(slots=True)
class Problem:
    """The tasks with where each node went; ``lags`` are tasks nobody carries."""

    base: date
    on: Calendar
    people: tuple[Person, ...]
    tasks: list[Task] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    early: list[int] = field(default_factory=list)

    def index(self, day: date) -> int:
        """Return how many working days lie behind ``base`` until a day."""
        return self.on.working_between(self.base, day)

    def day(self, moment: int) -> date:
        """Return the working day of a moment."""
        return self.on.add_working(self.base, moment) if moment > 0 else self.base

    def span(self, task: int, start: int) -> tuple[date, date]:
        """Return first and last day of a task that starts at a moment."""
        length = self.tasks[task].length
        if not length:
            at = self.day(max(0, start - 1))
            return at, at
        return self.day(start), self.day(start + length - 1)


def build(items: Sequence[Item], people: Sequence[Person], today: date, on: Calendar) -> Problem:
    """Return the problem of these timetables and people."""
    base = today if on.is_working(today) else on.add_working(today, 1)
    problem = Problem(base, on, tuple(people))
    for item in items:
        _project(problem, item)
    return problem


def _project(problem: Problem, item: Item) -> None:
    by_post = {person.post: number for number, person in enumerate(problem.people)}
    dates = item.reading.dates
    due = problem.index(item.reading.anchor) + 1
    known: dict[str, int] = {}
    for node in _in_order(item.reading):
        found = dates[node.key]
        start = max(found.earliest_start, problem.base)
        ready = problem.index(start)
        length = (
            max(1, problem.on.working_between(start - _ONE, found.earliest_finish)) if node.duration else 0
        )
        if not node.duration:
            ready = problem.index(max(found.earliest_finish, problem.base)) + 1
        after = [_link(problem, known[key], lag, unit) for key, lag, unit in node.after if key in known]
        posts = _carriers(problem.people, item.posts, node) if length else ()
        needs = [0] * len(problem.people)
        for post in posts:
            needs[by_post[post]] = 1
        last = node.key == LAST
        known[node.key] = len(problem.tasks)
        problem.places.append(Place(item.project, node, known[node.key], posts))
        _add(
            problem,
            Task(length, tuple(needs), tuple(after), max(0, ready), max(0, due) if last else 0, int(last)),
        )


def _add(problem: Problem, task: Task) -> None:
    problem.early.append(task.ready)
    problem.tasks.append(task)


def _link(problem: Problem, before: int, lag: int, unit: str) -> int:
    """Return what a node waits for: the node before, or a wait behind it (calendar days as working days)."""
    wait = lag if unit == "wd" else lag * 5 // 7
    if not wait:
        return before
    _add(problem, Task(wait, (), (before,), 0))
    return len(problem.tasks) - 1


def _carriers(people: Sequence[Person], posts: Sequence[int], node: NodeRow) -> tuple[int, ...]:
    return tuple(one.post for one in people if one.post in posts and node.side in one.sides)


def _in_order(reading: Reading) -> list[NodeRow]:
    """Return the nodes still to be done, each behind those it waits for."""
    open_ = {node.key: node for node in reading.nodes if not node.actual_finish}
    done: dict[str, NodeRow] = {}

    def visit(node: NodeRow) -> None:
        for key, _lag, _unit in node.after:
            if key in open_ and key not in done:
                visit(open_[key])
        done.setdefault(node.key, node)

    for node in open_.values():
        visit(node)
    return list(done.values())


def loads(problem: Problem, starts: Sequence[int]) -> dict[int, list[int]]:
    """Return by post how many nodes it carries on each day, until the last one ends."""
    end = max((starts[p.task] + problem.tasks[p.task].length for p in problem.places), default=0)
    found = {person.post: [0] * end for person in problem.people}
    for place in problem.places:
        for post in place.posts:
            for moment in range(starts[place.task], starts[place.task] + problem.tasks[place.task].length):
                found[post][moment] += 1
    return found


def binned(load: Sequence[int], size: int, count: int) -> list[int]:
    """Return the most carried on any day of each stretch of ``size`` days."""
    return [max(load[n * size : (n + 1) * size], default=0) for n in range(count)]


def carriers_of(
    officers: Mapping[int, int], agents: Mapping[int, int], pool: Sequence[int], projects: Sequence[int]
) -> dict[int, tuple[int, ...]]:
    """Return the posts of each project: its officer and its agent; without one, the agent with the fewest so far."""
    held: dict[int, int] = dict.fromkeys(pool, 0)
    for project in projects:
        if agents.get(project) in held:
            held[agents[project]] += 1
    found = {}
    for project in projects:
        agent = agents.get(project, 0)
        if not agent and held:
            agent = min(held, key=lambda post: (held[post], post))
            held[agent] += 1
        found[project] = tuple(post for post in (officers.get(project, 0), agent) if post)
    return found

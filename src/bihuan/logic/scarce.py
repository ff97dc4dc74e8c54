"""Plans that are feasible for scarce people (代办员、服务专员): who can only be in so many places at once.

Tasks have a length, predecessors and a need of each resource while they run; of each resource there is
so much and no more. The cost is the weighted lateness of the tasks that have a due moment; a network whose
last task is due at 0 is the classical problem of the shortest plan (RCPSP). A first answer comes from
lists bred in milliseconds (see :mod:`bihuan.logic.scarce_kernel`), a better one on request from OR-Tools' CP-SAT,
which starts from it and may prove that nothing better exists.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from bihuan.logic.scarce_kernel import Whole

#: Schedules of the first answer: some milliseconds for a hundred tasks.
QUICK = 60
#: Whole lists bred at once.
_POPULATION = 40


class ScarceError(ValueError):
    """The problem has no plan or no sense; ``code`` says why, ``task`` where."""

    def __init__(self, code: str, task: int = -1) -> None:
        super().__init__(f"{code} at task {task}")
        self.code = code
        self.task = task


class NoSolver(RuntimeError):
    """The ``solve`` extra is not installed: only the quick answer can be had."""


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of work; moments and lengths in the caller's unit (working days).

    ``needs`` is how much of each resource while it runs, ``after`` the tasks that must be done before
    (by place), ``ready`` when it may begin, ``due`` and ``weight`` what lateness costs.
    """

    length: int
    needs: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    ready: int = 0
    due: int = 0
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """When each task starts, what that costs, below what no plan can cost, and whether that is proven best."""

    starts: tuple[int, ...]
    cost: int
    bound: int
    proven: bool
    seconds: float


class _Packed:
    """The problem as flat arrays, and what is known of it before any search."""

    def __init__(self, tasks: Sequence[Task], capacity: Sequence[int]) -> None:
        following: list[list[int]] = [[] for _task in tasks]
        for number, task in enumerate(tasks):
            for one in task.after:
                following[one].append(number)
        need = np.zeros((len(tasks), max(1, len(capacity))), np.int64)
        for number, task in enumerate(tasks):
            need[number, : len(task.needs)] = task.needs
        from bihuan.logic import (
            scarce_kernel as kernel,  # a second and ninety megabytes: only who plans needs it
        )

        self.all = kernel.Problem(
            _whole(task.length for task in tasks),
            _whole(task.ready for task in tasks),
            need,
            _whole(capacity or (1,)),
            *_links([task.after for task in tasks]),
            *_links(following),
            _whole(task.due for task in tasks),
            _whole(task.weight for task in tasks),
        )
        self.order = _in_order(tasks, following)
        self.horizon = int(self.all.length.sum() + self.all.ready.max(initial=0)) + 1
        self.earliest, self.tail = self._reaches()
        self.bound = self._bound()

    def before(self, task: int) -> list[int]:
        """Return what a task waits for."""
        found: list[int] = self.all.before[
            self.all.first_before[task] : self.all.first_before[task + 1]
        ].tolist()
        return found

    def after(self, task: int) -> list[int]:
        """Return what waits for a task."""
        found: list[int] = self.all.after[
            self.all.first_after[task] : self.all.first_after[task + 1]
        ].tolist()
        return found

    def one_end(self) -> bool:
        """Whether the cost is the finish of the whole: then no task needs to run beyond the plan at hand."""
        ends = [task for task in self.order if not self.after(task)]
        return len(ends) == 1 and np.flatnonzero(self.all.weight).tolist() == ends

    def _reaches(self) -> "tuple[Whole, Whole]":
        """Return the earliest start of each task, and the longest way from its end to the last end."""
        early = self.all.ready.copy()
        tail = np.zeros(len(early), np.int64)
        for task in self.order:
            for one in self.before(task):
                early[task] = max(early[task], early[one] + self.all.length[one])
        for task in reversed(self.order):
            for one in self.after(task):
                tail[task] = max(tail[task], tail[one] + self.all.length[one])
        return early, tail

    def _bound(self) -> int:
        """Return what no plan can cost less than: by the longest way, and by the work if all has one end."""
        p = self.all
        bound = int((np.maximum(0, self.earliest + p.length - p.due) * p.weight).sum())
        if self.one_end():
            end = int(np.flatnonzero(p.weight)[0])
            finish = int(np.max(-(-(p.need * p.length[:, None]).sum(axis=0) // p.capacity)))
            bound = max(bound, int(p.weight[end]) * max(0, finish - int(p.due[end])))
        return bound

    def rank(self) -> "Whole":
        """Return the latest finish of each task without regard to resources: what is urgent comes first."""
        p = self.all
        latest = np.full(len(p.length), self.horizon, np.int64)
        ends = p.weight > 0
        latest[ends] = np.maximum(p.due, self.earliest + p.length)[ends]
        for task in reversed(self.order):
            for one in self.after(task):
                latest[task] = min(latest[task], latest[one] - p.length[one])
        return latest

    def breed(self, schedules: int, seed: int, population: int = _POPULATION) -> "tuple[Whole, int]":
        """Return the best starts found with so many schedules, and their cost."""
        from bihuan.logic import scarce_kernel as kernel

        starts, cost = kernel.breed(
            self.all, self.rank(), seed, population, schedules, self.bound, self.horizon
        )
        return starts, int(cost)


def _whole(values: Iterable[int]) -> "Whole":
    return np.array(list(values), np.int64)


def _links(lists: Sequence[Sequence[int]]) -> "tuple[Whole, Whole]":
    first = np.zeros(len(lists) + 1, np.int64)
    first[1:] = np.cumsum([len(one) for one in lists])
    return first, np.array([key for one in lists for key in one], np.int64)


def _in_order(tasks: Sequence[Task], following: Sequence[Sequence[int]]) -> list[int]:
    waits = [len(task.after) for task in tasks]
    free = [number for number, count in enumerate(waits) if not count]
    for task in free:
        for one in following[task]:
            waits[one] -= 1
            if not waits[one]:
                free.append(one)
    if len(free) < len(tasks):
        raise ScarceError("cycle", next(n for n, count in enumerate(waits) if count))
    return free


def _checked(tasks: Sequence[Task], capacity: Sequence[int]) -> _Packed:
    if not tasks:
        raise ScarceError("empty")
    for number, task in enumerate(tasks):
        if task.length < 0 or task.ready < 0 or any(not 0 <= one < len(tasks) for one in task.after):
            raise ScarceError("bad_task", number)
        if len(task.needs) > len(capacity) or any(
            not 0 <= need <= had for need, had in zip(task.needs, capacity, strict=False)
        ):
            raise ScarceError("too_much_needed", number)
    return _Packed(tasks, capacity)


def quick(tasks: Sequence[Task], capacity: Sequence[int], *, schedules: int = QUICK, seed: int = 1) -> Answer:
    """Return a good plan in milliseconds."""
    began = time.perf_counter()
    packed = _checked(tasks, capacity)
    starts, cost = packed.breed(schedules, seed)
    return Answer(
        tuple(starts.tolist()), cost, packed.bound, cost <= packed.bound, time.perf_counter() - began
    )


def improve(
    tasks: Sequence[Task],
    capacity: Sequence[int],
    *,
    seconds: float = 10.0,
    workers: int = 2,
    breeding: float = 0.3,
    seed: int = 1,
) -> Answer:
    """Return the best plan found in ``seconds``: bred for a share of them, then searched by CP-SAT from there.

    Raises :class:`NoSolver` without OR-Tools.
    """
    began = time.perf_counter()
    try:
        model_of = import_module("ortools.sat.python.cp_model")
    except ImportError as error:
        raise NoSolver("OR-Tools is not installed: pip install 'bihuan[solve]'") from error
    packed = _checked(tasks, capacity)
    starts, cost = packed.breed(QUICK, seed)
    turn = seed
    while cost > packed.bound and time.perf_counter() - began < seconds * breeding:
        turn += 1
        better, found = packed.breed(_schedules(packed), turn, 2 * _POPULATION)
        if found < cost:
            starts, cost = better, found
    left = seconds - (time.perf_counter() - began)
    if cost <= packed.bound or left <= 0:
        proven = cost <= packed.bound
        return Answer(tuple(starts.tolist()), cost, packed.bound, proven, time.perf_counter() - began)
    found_starts, cost, bound = _solve(model_of, packed, starts, cost, left, workers, seed)
    return Answer(tuple(found_starts), cost, bound, cost <= bound, time.perf_counter() - began)


def _schedules(packed: _Packed) -> int:
    """Return how many schedules make about a second, so that a turn ends in time."""
    return max(300, 1_500_000 // len(packed.order))


def _solve(
    cp: Any, packed: _Packed, starts: "Whole", cost: int, seconds: float, workers: int, seed: int
) -> tuple[list[int], int, int]:
    """Search on from a plan; return (starts, cost, lower bound)."""
    p, model = packed.all, cp.CpModel()
    last = int((starts + p.length).max()) if packed.one_end() else packed.horizon
    latest = np.maximum(packed.earliest, last - p.length - packed.tail)
    begin = [model.new_int_var(int(a), int(b), "") for a, b in zip(packed.earliest, latest, strict=True)]
    for task in packed.order:
        for one in packed.before(task):
            model.add(begin[task] >= begin[one] + int(p.length[one]))
        model.add_hint(begin[task], int(starts[task]))
    bars = [model.new_fixed_size_interval_var(s, int(n), "") for s, n in zip(begin, p.length, strict=True)]
    for r, had in enumerate(p.capacity):
        users = [task for task in packed.order if p.need[task, r] and p.length[task]]
        if users:
            demands = [int(p.need[task, r]) for task in users]
            model.add_cumulative([bars[task] for task in users], demands, int(had))
    cost_now = _lateness(model, packed, begin)
    model.add(cost_now <= cost)
    model.add(cost_now >= packed.bound)
    model.minimize(cost_now)
    solver = cp.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    status = solver.solve(model)
    bound = max(packed.bound, round(solver.best_objective_bound))
    if status in (cp.OPTIMAL, cp.FEASIBLE) and round(solver.objective_value) <= cost:
        return [solver.value(one) for one in begin], round(solver.objective_value), bound
    return starts.tolist(), cost, cost if status == cp.INFEASIBLE else bound


def _lateness(model: Any, packed: _Packed, begin: Sequence[Any]) -> Any:
    """Return the weighted lateness as the solver's expression."""
    p, terms = packed.all, []
    for task in np.flatnonzero(p.weight).tolist():
        late = model.new_int_var(0, packed.horizon, "")
        model.add(late >= begin[task] + int(p.length[task]) - int(p.due[task]))
        terms.append(int(p.weight[task]) * late)
    return sum(terms)

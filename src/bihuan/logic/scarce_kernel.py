"""The passes behind :mod:`bihuan.logic.scarce`, on flat arrays; machine code where numba is.

A schedule is built serially: task by task in the order of a list, each at the first moment at which
its predecessors are done and enough of everything is free (Kolisch 1996). It is then justified,
to the right and back to the left (Valls, Ballestín and Quintanilla 2005), and lists are bred: two-point
crossover after Hartmann 1998.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bihuan.logic.schedule_kernel import _compiled

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
_FAR = 2**30
_SWAP = 0.05
_OTHER = 0.3


class Problem(NamedTuple):
    """Tasks as arrays. Task ``n`` waits for ``before[first_before[n]:first_before[n + 1]]``; ``after`` likewise."""

    length: Whole
    ready: Whole
    need: Whole
    capacity: Whole
    first_before: Whole
    before: Whole
    first_after: Whole
    after: Whole
    due: Whole
    weight: Whole


@_compiled
def _clash(p: Problem, used: Whole, task: int, moment: int) -> int:
    """Return the last moment at which something is short if the task starts so, -1 when it fits."""
    last = -1
    for r in range(used.shape[0]):
        if p.need[task, r] > 0:
            for t in range(min(moment + p.length[task], used.shape[1]) - 1, moment - 1, -1):
                if used[r, t] + p.need[task, r] > p.capacity[r]:
                    last = max(last, t)
                    break
    return last


@_compiled
def _take(p: Problem, used: Whole, task: int, moment: int) -> None:
    for r in range(used.shape[0]):
        if p.need[task, r] > 0:
            for t in range(moment, min(moment + p.length[task], used.shape[1])):
                used[r, t] += p.need[task, r]


@_compiled
def place(p: Problem, order: Whole, used: Whole, start: Whole) -> None:
    """Start every task of ``order`` as early as it can; ``used`` is (resources, horizon)."""
    used[:, :] = 0
    for task in order:
        moment = p.ready[task]
        for link in range(p.first_before[task], p.first_before[task + 1]):
            moment = max(moment, start[p.before[link]] + p.length[p.before[link]])
        clash = _clash(p, used, task, moment)
        while clash >= 0:
            moment = clash + 1
            clash = _clash(p, used, task, moment)
        start[task] = moment
        _take(p, used, task, moment)


@_compiled
def place_late(p: Problem, order: Whole, end: int, used: Whole, start: Whole) -> None:
    """Start every task of ``order`` as late as it can before ``end``; successors stand first in the order."""
    used[:, :] = 0
    for task in order:
        moment = end
        for link in range(p.first_after[task], p.first_after[task + 1]):
            moment = min(moment, start[p.after[link]])
        moment -= p.length[task]
        while moment > 0:
            clash = _FAR
            for r in range(used.shape[0]):
                if p.need[task, r] > 0:
                    for t in range(moment, moment + p.length[task]):
                        if used[r, t] + p.need[task, r] > p.capacity[r]:
                            clash = min(clash, t)
                            break
            if clash == _FAR:
                break
            moment = max(0, clash - p.length[task])
        start[task] = moment
        _take(p, used, task, moment)


@_compiled
def cost_of(p: Problem, start: Whole) -> int:
    """Return the sum of weighted lateness; tasks without weight don't count."""
    total = 0
    for task in range(len(start)):
        if p.weight[task] > 0:
            total += p.weight[task] * max(0, start[task] + p.length[task] - p.due[task])
    return int(total)


@_compiled
def _by(values: Whole) -> Whole:
    """Return the order of rising values; ties by number, so that it is the same everywhere."""
    return np.argsort(values * len(values) + np.arange(len(values)))


@_compiled
def evaluate(p: Problem, order: Whole, used: Whole, start: Whole, spare: Whole) -> int:
    """Place a list, justify it twice, and return the better cost; ``start`` and ``order`` hold the better one."""
    place(p, order, used, start)
    best = cost_of(p, start)
    end = 0
    for task in range(len(start)):
        end = max(end, start[task] + p.length[task])
    spare[:] = start
    place_late(p, _by(-(start + p.length)), end, used, spare)
    place(p, _by(spare), used, spare)
    cost = cost_of(p, spare)
    if cost <= best:
        start[:] = spare
        best = cost
    order[:] = _by(start)
    return int(best)


@_compiled
def sample(p: Problem, rank: Whole, chance: float, order: Whole) -> None:
    """Draw a list that keeps precedence: mostly by rank, sometimes (``chance``) another that may stand next."""
    free = np.zeros(len(rank), np.int64)
    waits = p.first_before[1:] - p.first_before[:-1]
    count = 0
    for task in range(len(rank)):
        if waits[task] == 0:
            free[count] = task
            count += 1
    for place_ in range(len(rank)):
        best = 0
        for k in range(1, count):
            if rank[free[k]] < rank[free[best]]:
                best = k
        if count > 1 and np.random.random() < chance:
            best = np.random.randint(count)
        task = free[best]
        count -= 1
        free[best] = free[count]
        order[place_] = task
        for link in range(p.first_after[task], p.first_after[task + 1]):
            following = p.after[link]
            waits[following] -= 1
            if waits[following] == 0:
                free[count] = following
                count += 1


@_compiled
def cross(mother: Whole, father: Whole, child: Whole, taken: Flags) -> None:
    """Two-point crossover: the mother's ends around what is left, in the father's order."""
    n = len(mother)
    one, other = np.random.randint(n), np.random.randint(n)
    first, last = min(one, other), max(one, other)
    taken[:] = False
    for i in range(first):
        child[i] = mother[i]
        taken[mother[i]] = True
    put = first
    for i in range(n):
        if put <= last and not taken[father[i]]:
            child[put] = father[i]
            taken[father[i]] = True
            put += 1
    for i in range(n):
        if not taken[mother[i]]:
            child[put] = mother[i]
            taken[mother[i]] = True
            put += 1


@_compiled
def mutate(p: Problem, order: Whole) -> None:
    """Swap neighbours now and then, where neither waits for the other."""
    for i in range(len(order) - 1):
        if np.random.random() < _SWAP:
            left, right = order[i], order[i + 1]
            waits = False
            for link in range(p.first_before[right], p.first_before[right + 1]):
                waits = waits or p.before[link] == left
            if not waits:
                order[i], order[i + 1] = right, left


@_compiled
def breed(
    p: Problem, rank: Whole, seed: int, population: int, schedules: int, bound: int, horizon: int
) -> tuple[Whole, int]:
    """Return the best starts found with about so many schedules, and their cost; ends early at ``bound``."""
    np.random.seed(seed)
    n = len(rank)
    used = np.zeros((p.need.shape[1], horizon), np.int64)
    orders, starts = np.empty((population, n), np.int64), np.empty((population, n), np.int64)
    costs = np.full(population, _FAR, np.int64)
    spare, child, start = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    taken = np.zeros(n, np.bool_)
    made, full = 0, 0
    # Each list costs three schedules: as it stands, justified late, justified early.
    while made < schedules and costs.min() > bound:
        made += 3
        if full < population:
            sample(p, rank, _OTHER if full else 0.0, child)
        else:
            one, other, father = np.random.randint(full), np.random.randint(full), np.random.randint(full)
            mother = one if costs[one] <= costs[other] else other
            cross(orders[mother], orders[father], child, taken)
            mutate(p, child)
        cost = evaluate(p, child, used, start, spare)
        worst = full if full < population else np.argmax(costs)
        full = min(full + 1, population)
        known = False
        for k in range(full):
            known = known or (costs[k] == cost and np.array_equal(starts[k], start))
        if cost <= costs[worst] and not known:
            orders[worst], starts[worst], costs[worst] = child, start, cost
        elif costs[worst] == _FAR:
            full -= 1
    best = np.argmin(costs)
    return starts[best].copy(), int(costs[best])

"""Figures are declared once, by lines and the kernel, and looked up by name."""

from collections.abc import Iterable

from bihuan.logic.rates import Figure, check

_figures: dict[str, Figure] = {}
_apart: dict[str, tuple[str, ...]] = {}


def register(figure: Figure) -> Figure:
    """Make a figure known; FigureError when it can't be computed, ValueError for a second of its name."""
    if _figures.setdefault(figure.name, check(figure)) != figure:
        raise ValueError(f"two figures named {figure.name}")
    return figure


def get(name: str) -> Figure:
    """Return the figure as declared now; KeyError when there is none."""
    return _figures[name]


def all_figures() -> tuple[Figure, ...]:
    """Return every declared figure, by name."""
    return tuple(_figures[name] for name in sorted(_figures))


def names() -> frozenset[str]:
    """Return the names of all declared figures."""
    return frozenset(_figures)


def tell_apart(names: Iterable[str], by: Iterable[str]) -> None:
    """Have these figures counted ahead per unit, place or ``data.NAME`` in every place: see :mod:`apart`."""
    for name in names:
        _apart[name] = tuple(by)


def apart(name: str) -> tuple[str, ...]:
    """Return by what a figure is told apart ahead; () for nothing."""
    return _apart.get(name, ())

"""Figures are declared once, by lines and the kernel, and looked up by name."""

from bihuan.logic.rates import Figure, check

_figures: dict[str, Figure] = {}


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

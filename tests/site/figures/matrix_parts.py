"""What the permission matrix puts into the addresses of figures."""

SECRETS: tuple[str, ...] = ()


def parts() -> dict[str, list[str]]:
    """A figure over matters, one over rows, one of the desk alone; and parts they open to."""
    return {
        "counted_figure": [
            "officers.visits",
            "projects.problem.on_time",
            "agency.saved",
            "callbacks.satisfied",
        ],
        "figure_part": ["numerator", "excluded0"],
    }

"""What the permission matrix puts into the addresses of contacts."""

SECRETS = ("感谢，速度很快",)


def parts() -> dict[str, list[str]]:
    """A figure of contacts and its parts."""
    return {"contact_figure": ["callbacks.satisfied"], "contact_part": ["numerator", "excluded0"]}

"""What no stranger may read of needs."""

SECRETS = ("两名骨干的孩子想转到园区小学", "园区小学转学名额")


def parts() -> dict[str, list[str]]:
    """The line's own addresses have no parts."""
    return {}

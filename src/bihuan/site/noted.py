"""What the kernel tells those who watch is counted and, by whatever serves, written down."""

from typing import Any

import structlog
from django.conf import settings

from bihuan.kernel import watch
from bihuan.site import metrics

log = structlog.get_logger("bihuan.events")


def install() -> None:
    """Observe from now on."""
    watch.observe(metrics.happened)
    watch.observe(_write)


def _write(event: str, facts: dict[str, Any]) -> None:
    """One line an event, under the id of its request. Commands speak to people and write none."""
    if settings.PROCESS:
        said = {name: value for name, value in facts.items() if name != "seconds"}
        if "seconds" in facts:
            said["ms"] = round(facts["seconds"] * 1000, 1)
        log.info(event, **said)

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ClockConfig(AppConfig):
    name = "bihuan.kernel.clock"
    label = "clock"

    def ready(self) -> None:
        """See to it that a database always has the national calendar and the default limits."""
        post_migrate.connect(_defaults, sender=self)


def _defaults(using: str, plan: Any = None, **_: Any) -> None:
    """Load what comes with the program: after an upgrade this is how a new year's notice arrives."""
    from bihuan.kernel.clock import actions

    if using == "default" and actions.is_installed():
        actions.load_defaults()

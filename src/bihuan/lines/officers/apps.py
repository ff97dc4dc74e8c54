from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class OfficersConfig(AppConfig):
    name = "bihuan.lines.officers"
    label = "officers"

    def ready(self) -> None:
        """See to it that a database always has visit templates, classes of needs and rules to start from."""
        post_migrate.connect(_defaults, sender=self)


def _defaults(using: str, **_: Any) -> None:
    from bihuan.lines.officers.visits import defaults

    if using == "default" and defaults.is_installed():
        defaults.load_defaults()

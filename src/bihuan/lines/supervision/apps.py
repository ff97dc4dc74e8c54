from typing import Any, ClassVar

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SupervisionConfig(AppConfig):
    name = "bihuan.lines.supervision"
    label = "supervision"
    #: Tables that only grow.
    insert_only: ClassVar = (
        "supervision_frozen",
        "supervision_frozenday",
        "supervision_scorerow",
        "supervision_totalrow",
        "supervision_correction",
    )

    def ready(self) -> None:
        """See to it that a database always has a scheme to start from."""
        post_migrate.connect(_defaults, sender=self)


def _defaults(using: str, **_: Any) -> None:
    from bihuan.lines.supervision.scoring import schemes

    if using == "default" and schemes.is_installed():
        schemes.load_defaults()

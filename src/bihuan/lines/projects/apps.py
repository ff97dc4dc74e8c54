from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ProjectsConfig(AppConfig):
    name = "bihuan.lines.projects"
    label = "projects"

    def ready(self) -> None:
        """See to it that a database always has node templates and thresholds to start from."""
        post_migrate.connect(_defaults, sender=self)


def _defaults(using: str, **_: Any) -> None:
    from bihuan.lines.projects.timetables import templating

    if using == "default" and templating.is_installed():
        templating.load_defaults()

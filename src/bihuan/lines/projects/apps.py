from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ProjectsConfig(AppConfig):
    name = "bihuan.lines.projects"
    label = "projects"

    def ready(self) -> None:
        """See to it that a database always has what to start from, and let meetings know what harm a matter does."""
        from bihuan.kernel.meetings import facts
        from bihuan.lines.projects import selectors

        facts.register("projects", selectors.harm)
        post_migrate.connect(_defaults, sender=self)


def _defaults(using: str, **_: Any) -> None:
    from bihuan.lines.projects.reports import cutoffs
    from bihuan.lines.projects.staffing import actions as staffing
    from bihuan.lines.projects.timetables import guessing, templating

    for room in (templating, cutoffs, guessing, staffing):
        if using == "default" and room.is_installed():
            room.load_defaults()

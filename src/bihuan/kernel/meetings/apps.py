from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MeetingsConfig(AppConfig):
    name = "bihuan.kernel.meetings"
    label = "meetings"

    def ready(self) -> None:
        """Make forms, guards, kinds of matter and notices known, and see to default rows."""
        from bihuan.kernel.flow import registry
        from bihuan.kernel.forms import fields
        from bihuan.kernel.meetings import forms, guards, mechanisms, papers, register
        from bihuan.kernel.notices import kinds
        from bihuan.kernel.papers import kinds as papers_kinds

        assert guards  # its import makes guards and effects known
        for form in forms.ALL:
            fields.register(form)
        for mechanism in mechanisms.ALL:
            registry.register(mechanism)
        for kind in register.KINDS:
            kinds.register(kind)
        for paper in papers.ALL:
            papers_kinds.register(paper)
        post_migrate.connect(_defaults, sender=self)


def _defaults(using: str, **_: Any) -> None:
    """Load the rungs, weights and series that come with the program."""
    from bihuan.kernel.meetings.actions.rules import is_installed, load_defaults

    if using == "default" and is_installed():
        load_defaults()

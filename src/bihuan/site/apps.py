"""The composition root as an app: what lines declare is made known here, once, at start-up."""

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.module_loading import import_string
from procrastinate import App

from bihuan.site.discovery import lines


class SiteConfig(AppConfig):
    name = "bihuan.site"
    label = "site"

    def ready(self) -> None:
        """Register roles, forms, mechanisms, registers and figures of all lines."""
        from bihuan.kernel.callbacks import counted
        from bihuan.kernel.callbacks import registry as callbacks
        from bihuan.kernel.figures import registry as figures
        from bihuan.kernel.flow import guards, outside
        from bihuan.kernel.flow import registry as mechanisms
        from bihuan.kernel.forms import fields as forms
        from bihuan.kernel.identity import house, roles
        from bihuan.kernel.registers import registry as registers
        from bihuan.site import noted, shelf

        for role in house.ALL:
            roles.register(role)
        assert guards  # its import makes the common guards known
        for line in lines():
            for name in line.modules:  # guards and effects must be known before the mechanisms that name them
                import_module(name)
            _each(line.roles, roles.register)
            for name, rights in line.rights.items():
                roles.entitle(name, rights)
            _each(line.forms, forms.register)
            _each(line.registers, registers.register)
            _each(line.mechanisms, mechanisms.register)
            _each(line.figures, figures.register)
            _each(line.outside, outside.register)
            _each(line.contacts, callbacks.register)
        for figure in counted.ALL:
            figures.register(figure)
        shelf.install()
        noted.install()
        # The last room whose tables it needs; an app without models is never told of a migration.
        post_migrate.connect(_write_down, sender=apps.get_app_config("figures"))


def _each(paths: Iterable[str], register: Callable[[Any], object]) -> None:
    """Register what each dotted path names: one thing, or a tuple of them."""
    for path in paths:
        found = import_string(path)
        for one in found if isinstance(found, tuple) else (found,):
            register(one)


def _write_down(using: str, **_: Any) -> None:
    """Keep in the database what is declared in code and referred to by rows: roles, definitions of figures."""
    from bihuan.kernel.figures.actions import record_definitions
    from bihuan.kernel.identity.actions import sync_roles
    from bihuan.kernel.store.sql import run

    tables = ["identity_role", "figures_definition"]  # a migration may stop halfway
    there = "SELECT bool_and(to_regclass(n) IS NOT NULL) FROM unnest(%s::text[]) AS n"
    if using == "default" and run(there, (tables,))[0][0]:
        sync_roles()
        record_definitions()


def add_jobs(app: App) -> None:
    """Give the job workers every task that rooms and lines declared."""
    from bihuan.kernel.jobs import blueprint

    for line in lines():
        for name in line.modules:
            import_module(name)
    for periodic in blueprint.periodic_registry.periodic_tasks.values():
        # Its next turn is near, and a job tried again would collide with it under their lock.
        periodic.task.retry_strategy = None
    app.add_tasks_from(blueprint, namespace="")

"""The composition root as an app: what lines declare is made known here, once, at start-up."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import import_string
from procrastinate import App

from bihuan.site.discovery import lines


class SiteConfig(AppConfig):
    name = "bihuan.site"
    label = "site"

    def ready(self) -> None:
        """Register mechanisms and registers of all lines."""
        from bihuan.kernel.flow import registry as mechanisms
        from bihuan.kernel.registers import registry as registers

        for line in lines():
            for name in line.modules:  # guards and effects must be known before the mechanisms that name them
                import_module(name)
            for path in line.registers:
                registers.register(import_string(path))
            for path in line.mechanisms:
                mechanisms.register(import_string(path))


def add_jobs(app: App) -> None:
    """Give the job workers every task that rooms and lines declared."""
    from bihuan.kernel.jobs import blueprint

    for line in lines():
        for name in line.modules:
            import_module(name)
    app.add_tasks_from(blueprint, namespace="")

from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "bihuan.site.admin"
    label = "administration"

    def ready(self) -> None:
        """Make the permits of these pages known."""
        from bihuan.site.admin import permits

        permits.register()

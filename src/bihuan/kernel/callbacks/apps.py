from django.apps import AppConfig


class CallbacksConfig(AppConfig):
    name = "bihuan.kernel.callbacks"
    label = "callbacks"

    def ready(self) -> None:
        """Make this room's forms, guards and mechanisms known."""
        from bihuan.kernel.callbacks import forms, guards, mechanisms
        from bihuan.kernel.flow import guards as common
        from bihuan.kernel.flow import registry
        from bihuan.kernel.forms import fields

        assert all((common, guards))  # their import makes them known
        for form in forms.ALL:
            fields.register(form)
        for mechanism in mechanisms.ALL:
            registry.register(mechanism)

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "bihuan.kernel.orders"
    label = "orders"

    def ready(self) -> None:
        """Make this room's forms, guards, notices and mechanisms known."""
        from bihuan.kernel.flow import guards as common
        from bihuan.kernel.flow import registry
        from bihuan.kernel.orders import forms, guards, mechanisms, papers, telling

        assert all((common, guards, telling))  # their import makes them known
        forms.register()
        papers.register()
        for mechanism in mechanisms.ALL:
            registry.register(mechanism)

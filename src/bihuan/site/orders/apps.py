from django.apps import AppConfig


class OrderPagesConfig(AppConfig):
    name = "bihuan.site.orders"
    label = "order_pages"

    def ready(self) -> None:
        """Make the permits and figures of orders known, and what outsiders are told."""
        from bihuan.kernel.orders import outside, signing
        from bihuan.site.orders import deciding, figures, permits

        assert all((figures.ALL, outside.TOLD))  # their import makes them known
        permits.register()
        signing.decided_by(deciding.by_division_of_work)

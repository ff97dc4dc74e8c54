from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "bihuan.kernel.orders"
    label = "orders"

from django.apps import AppConfig


class StoreConfig(AppConfig):
    name = "bihuan.kernel.store"
    label = "store"

from django.apps import AppConfig


class EntranceConfig(AppConfig):
    name = "bihuan.site.entrance"
    label = "entrance"

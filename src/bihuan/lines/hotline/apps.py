from django.apps import AppConfig


class HotlineConfig(AppConfig):
    name = "bihuan.lines.hotline"
    label = "hotline"

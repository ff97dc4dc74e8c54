from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "bihuan.kernel.content"
    label = "content"

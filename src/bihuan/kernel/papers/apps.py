from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "bihuan.kernel.papers"
    label = "papers"

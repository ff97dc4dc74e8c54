from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "bihuan.kernel.forms"
    label = "forms"

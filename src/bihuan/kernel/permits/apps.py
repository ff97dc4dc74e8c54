from django.apps import AppConfig


class PermitsConfig(AppConfig):
    name = "bihuan.kernel.permits"
    label = "permits"

from django.apps import AppConfig


class CallbacksConfig(AppConfig):
    name = "bihuan.kernel.callbacks"
    label = "callbacks"

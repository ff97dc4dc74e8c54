from django.apps import AppConfig


class ClockConfig(AppConfig):
    name = "bihuan.kernel.clock"
    label = "clock"

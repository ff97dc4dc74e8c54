from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "bihuan.kernel.intake"
    label = "intake"

from django.apps import AppConfig


class FlowConfig(AppConfig):
    name = "bihuan.kernel.flow"
    label = "flow"

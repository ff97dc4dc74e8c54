from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "bihuan.kernel.registers"
    label = "registers"

from typing import ClassVar

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "bihuan.kernel.registers"
    label = "registers"
    #: Tables from which the application's role loses every right but INSERT and SELECT.
    insert_only: ClassVar = ("registers_amend",)

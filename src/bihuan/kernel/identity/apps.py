from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "bihuan.kernel.identity"
    label = "identity"

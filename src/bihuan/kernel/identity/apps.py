from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "bihuan.kernel.identity"
    label = "identity"
    #: Tables the application's role may only INSERT into and SELECT from.
    insert_only = ("identity_linkevent",)

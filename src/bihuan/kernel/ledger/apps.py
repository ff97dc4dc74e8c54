from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "bihuan.kernel.ledger"
    label = "ledger"

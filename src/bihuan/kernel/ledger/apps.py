from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "bihuan.kernel.ledger"
    label = "ledger"
    #: Tables the application's role may only INSERT into and SELECT from.
    insert_only = ("ledger_entry", "ledger_leaf", "ledger_node", "ledger_root")

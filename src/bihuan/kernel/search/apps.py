from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "bihuan.kernel.search"
    label = "search"

    def ready(self) -> None:
        from bihuan.kernel.content.actions import purge_hooks
        from bihuan.kernel.search.actions import forget

        if forget not in purge_hooks:
            purge_hooks.append(forget)

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "bihuan.kernel.files"
    label = "files"

    def ready(self) -> None:
        from bihuan.kernel.content.actions import leak_hooks, purge_hooks
        from bihuan.kernel.files.actions import forget, purge_of_chain

        if forget not in purge_hooks:
            purge_hooks.append(forget)
            leak_hooks.append(purge_of_chain)

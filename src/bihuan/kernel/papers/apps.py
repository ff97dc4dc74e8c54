from django.apps import AppConfig


class PapersConfig(AppConfig):
    name = "bihuan.kernel.papers"
    label = "papers"
    #: A number once given stands; a template once used stands.
    insert_only = ("papers_number", "papers_template")

    def ready(self) -> None:
        """Let a purge reach the papers about what is purged, and blank what is known of a purged paper."""
        from bihuan.kernel.content import actions as content
        from bihuan.kernel.papers import purging

        if purging.forget not in content.purge_hooks:
            content.purge_hooks.append(purging.forget)
            content.leak_hooks.append(purging.purge_about)

"""Addresses of the line, under ``supervision/``."""

from django.urls import URLPattern, URLResolver, path

from bihuan.lines.supervision.pages import rules, scores

urlpatterns: list[URLPattern | URLResolver] = [
    path("scores/", scores.scores, name="supervision_scores"),
    path("scores/new/", scores.new, name="supervision_score_new"),
    path("scores/<int:assessment>/", scores.score, name="supervision_score"),
    path("scores/<int:assessment>/export/", scores.export, name="supervision_score_export"),
    path("scores/<int:assessment>/appeal/", scores.appeal, name="supervision_appeal"),
    path("scores/<int:assessment>/<int:subject>/", scores.subject, name="supervision_score_of"),
    path("rules/", rules.rules, name="supervision_rules"),
    path("rules/new/", rules.new, name="supervision_rule_new"),
    path("rules/<int:scheme>/", rules.rule, name="supervision_rule"),
]

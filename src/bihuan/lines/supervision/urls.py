"""Addresses of the line, under ``supervision/``."""

from django.urls import URLPattern, URLResolver, include, path

from bihuan.lines.supervision.pages import campaigns, cards, desk, hints, plates, rules, scores, subjects

urlpatterns: list[URLPattern | URLResolver] = [
    path("", desk.desk, name="supervision_desk"),
    path("ask/<str:code>/", desk.ask, name="supervision_ask"),
    path("cards/", cards.cards, name="supervision_cards"),
    path("cards/new/<str:draft>/", cards.new, name="supervision_card_new"),
    path("plates/", plates.plates, name="supervision_plates"),
    path("plates/new/", plates.new, name="supervision_plate_new"),
    path("plates/<str:code>/", plates.plate, name="supervision_plate"),
    path("plaque/<str:plaque>/", plates.public, name="supervision_plate_public"),
    path("campaigns/", campaigns.campaigns, name="supervision_campaigns"),
    path("campaigns/new/", campaigns.new, name="supervision_campaign_new"),
    path("campaigns/<int:campaign>/", campaigns.campaign, name="supervision_campaign"),
    path("campaigns/<int:campaign>/report/", campaigns.report, name="supervision_campaign_report"),
    path("campaigns/<int:campaign>/end/", campaigns.end, name="supervision_campaign_end"),
    path("hints/", hints.hints, name="supervision_hints"),
    path("bulletins/", include("bihuan.lines.supervision.bulletins.urls")),
    path("scores/", scores.scores, name="supervision_scores"),
    path("scores/new/", scores.new, name="supervision_score_new"),
    path("scores/<int:assessment>/", scores.score, name="supervision_score"),
    path("scores/<int:assessment>/export/", scores.export, name="supervision_score_export"),
    path("scores/<int:assessment>/paper/", scores.paper, name="supervision_score_paper"),
    path("scores/<int:assessment>/appeal/", subjects.appeal, name="supervision_appeal"),
    path("scores/<int:assessment>/<int:subject>/", subjects.subject, name="supervision_score_of"),
    path("rules/", rules.rules, name="supervision_rules"),
    path("rules/new/", rules.new, name="supervision_rule_new"),
    path("rules/<int:scheme>/", rules.rule, name="supervision_rule"),
    path("rules/<int:scheme>/paper/", rules.paper, name="supervision_rule_paper"),
]

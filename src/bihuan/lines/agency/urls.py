"""Addresses of the line, under ``agency/``."""

from django.urls import URLPattern, URLResolver, path

from bihuan.lines.agency.approvals import pages as approvals
from bihuan.lines.agency.approvals import time_pages
from bihuan.lines.agency.catalogue import pages as catalogue
from bihuan.lines.agency.pages import case, cases

urlpatterns: list[URLPattern | URLResolver] = [
    path("", cases.cases, name="agency"),
    path("apply/", cases.apply, name="agency_apply"),
    path("guide/", cases.guide, name="agency_guide"),
    path("day/", cases.day, name="agency_day"),
    path("board/", cases.board, name="agency_board"),
    path("cases/<str:agency_case>/notice/<int:agency_notice>/", case.notice, name="agency_notice"),
    path("items/", catalogue.items, name="agency_items"),
    path("items/file/", catalogue.file, name="agency_items_file"),
    path("items/sample/", catalogue.sample, name="agency_items_sample"),
    path("items/new/", catalogue.new, name="agency_item_new"),
    path("items/<int:agency_item>/", catalogue.item, name="agency_item"),
    path("items/<int:agency_item>/edit/", catalogue.edit, name="agency_item_edit"),
    path("time/", time_pages.time_saved, name="agency_time"),
    path("import/<slug:agency_table>/", approvals.upload, name="agency_import"),
    path("imports/<int:agency_import>/", approvals.one, name="agency_import_one"),
    path("imports/<int:agency_import>/answer/", approvals.answer, name="agency_import_answer"),
    path("imports/<int:agency_import>/apply/", approvals.apply, name="agency_import_apply"),
    path("imports/<int:agency_import>/undo/", approvals.undo, name="agency_import_undo"),
]

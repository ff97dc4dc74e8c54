"""Addresses of the line, under ``officers/``."""

from django.urls import URLPattern, URLResolver, path

from bihuan.lines.officers.grids import coverage_pages, grid_workbooks, workbooks
from bihuan.lines.officers.grids import grid_pages as grids
from bihuan.lines.officers.grids import pages as enterprises
from bihuan.lines.officers.pages import board, mine
from bihuan.lines.officers.portfolios import pages as portfolios
from bihuan.lines.officers.visits import need_pages
from bihuan.lines.officers.visits import pages as visits

urlpatterns: list[URLPattern | URLResolver] = [
    path("", mine.mine, name="officers_mine"),
    path("away/", mine.away, name="officers_away"),
    path("board/", board.board, name="officers_board"),
    path("board/propose/", board.propose, name="officers_propose"),
    path("projects/<int:project>/", board.service, name="officers_service"),
    path("projects/<int:project>/assign/", board.assign, name="officers_assign"),
    path("projects/<int:project>/over/", board.over, name="officers_over"),
    path("projects/<int:project>/visit/", visits.visit_project, name="officers_visit_project"),
    path("projects/<int:project>/plan/", visits.plan_project, name="officers_plan_project"),
    path("visits/", visits.calendar, name="officers_calendar"),
    path("visits/<int:visit>/", visits.visit, name="officers_visit"),
    path("visits/<int:visit>/join/", visits.join, name="officers_visit_join"),
    path("visits/<int:visit>/cancel/", visits.cancel, name="officers_visit_cancel"),
    path("rules/", portfolios.rules, name="officers_rules"),
    path("templates/", visits.templates, name="officers_templates"),
    path("templates/<slug:template>/", visits.template, name="officers_template"),
    path("needs/", need_pages.needs, name="officers_needs"),
    path("needs/new/", need_pages.new, name="officers_need_new"),
    path("needs/<slug:need>/", need_pages.need, name="officers_need"),
    path("grids/", grids.grids, name="officers_grids"),
    path("coverage/", coverage_pages.figure, name="officers_coverage"),
    path("grids/new/", grids.grid_new, name="officers_grid_new"),
    path("grids/workbook/", grid_workbooks.workbook, name="officers_gridbook"),
    path("grids/workbook/apply/", grid_workbooks.apply, name="officers_gridbook_apply"),
    path("grids/workbook/<int:batch>/undo/", grid_workbooks.undo, name="officers_gridbook_undo"),
    path("grids/allocate/", grids.allocate, name="officers_allocate"),
    path("grids/<int:cell>/", grids.grid, name="officers_grid"),
    path("grids/<int:cell>/head/", grids.grid_of, name="officers_grid_head"),
    path("enterprises/", enterprises.enterprises, name="officers_enterprises"),
    path("enterprises/new/", enterprises.new, name="officers_enterprise_new"),
    path("enterprises/workbook/", workbooks.workbook, name="officers_workbook"),
    path("enterprises/workbook/apply/", workbooks.apply, name="officers_workbook_apply"),
    path("enterprises/workbook/<int:batch>/undo/", workbooks.undo, name="officers_workbook_undo"),
    path("enterprises/export/", workbooks.export, name="officers_export"),
    path("enterprises/<int:enterprise>/", enterprises.enterprise, name="officers_enterprise"),
    path("enterprises/<int:enterprise>/edit/", enterprises.edit, name="officers_enterprise_edit"),
    path("enterprises/<int:enterprise>/contact/", enterprises.contact, name="officers_contact"),
    path("enterprises/<int:enterprise>/call/<int:person>/", enterprises.call, name="officers_call"),
    path("enterprises/<int:enterprise>/visit/", visits.visit_enterprise, name="officers_visit_enterprise"),
    path("enterprises/<int:enterprise>/plan/", visits.plan_enterprise, name="officers_plan_enterprise"),
]

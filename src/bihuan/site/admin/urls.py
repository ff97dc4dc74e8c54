"""Addresses of the administration, under ``admin/``."""

from django.urls import URLPattern, path

from bihuan.site.admin.calendars import editing as calendar_editing
from bihuan.site.admin.calendars import pages as calendars
from bihuan.site.admin.divisions import pages as divisions
from bihuan.site.admin.divisions import table_pages
from bihuan.site.admin.ledger import pages as ledger
from bihuan.site.admin.ledger import readings
from bihuan.site.admin.limits import pages as limits
from bihuan.site.admin.limits import reminders
from bihuan.site.admin.organisations import pages as organisations
from bihuan.site.admin.people import own, posts
from bihuan.site.admin.people import pages as people

urlpatterns: list[URLPattern] = [
    path("divisions/", divisions.divisions, name="admin_divisions"),
    path("divisions/add/", divisions.add, name="admin_division_add"),
    path("divisions/import/", table_pages.upload, name="admin_division_import"),
    path("divisions/import/<int:work>/", table_pages.one, name="admin_division_table"),
    path("divisions/import/<int:work>/apply/", table_pages.apply, name="admin_division_apply"),
    path("divisions/<int:division>/", divisions.division, name="admin_division"),
    path("divisions/<int:division>/amend/", divisions.amend, name="admin_division_amend"),
    path("divisions/<int:division>/end/", divisions.end, name="admin_division_end"),
    path("organisations/", organisations.organisations, name="admin_organisations"),
    path("organisations/add/", organisations.add, name="admin_organisation_add"),
    path("organisations/<int:organisation>/", organisations.organisation, name="admin_organisation"),
    path("organisations/<int:organisation>/amend/", organisations.amend, name="admin_organisation_amend"),
    path("organisations/<int:organisation>/state/", organisations.state, name="admin_organisation_state"),
    path("posts/", posts.posts, name="admin_posts"),
    path("posts/appoint/", posts.appoint, name="admin_appoint"),
    path("posts/<int:post>/", posts.post, name="admin_post"),
    path("posts/<int:post>/end/", posts.end, name="admin_post_end"),
    path("posts/<int:post>/delegate/", posts.delegate, name="post_delegate"),
    path("standing/<int:standing>/end/", posts.standing_end, name="admin_standing_end"),
    path("people/", people.people, name="admin_people"),
    path("people/add/", people.add, name="admin_person_add"),
    path("people/<int:user>/", people.person, name="admin_person"),
    path("people/<int:user>/password/", people.password, name="admin_person_password"),
    path("people/<int:user>/close/", people.close, name="admin_person_close"),
    path("comings/", people.comings, name="admin_comings"),
    path("mine/", own.my_posts, name="my_posts"),
    path("mine/tokens/add/", own.token_add, name="token_add"),
    path("tokens/<int:token>/revoke/", own.token_revoke, name="token_revoke"),
    path("calendar/", calendars.calendar, name="admin_calendar"),
    path("calendar/print/", calendars.printed, name="admin_calendar_print"),
    path("calendar/versions/", calendars.versions, name="admin_calendar_versions"),
    path("calendar/days/", calendar_editing.days, name="admin_calendar_days"),
    path("calendar/year/", calendar_editing.year, name="admin_calendar_year"),
    path("calendar/hours/", calendar_editing.hours, name="admin_calendar_hours"),
    path("limits/", limits.limits, name="admin_limits"),
    path("limits/add/", limits.add, name="admin_limit_add"),
    path("limits/rules/<str:rule>/", limits.limit, name="admin_limit"),
    path("reminders/", reminders.reminders, name="admin_reminders"),
    path("reminders/add/", reminders.add, name="admin_reminder_add"),
    path("ledger/", ledger.state, name="admin_ledger"),
    path("ledger/roots/", ledger.roots, name="admin_ledger_roots"),
    path("ledger/verify/", ledger.verify, name="admin_ledger_verify"),
    path("ledger/verify/<int:work>/", ledger.check, name="admin_ledger_check"),
    path("readings/", readings.readings, name="admin_readings"),
]

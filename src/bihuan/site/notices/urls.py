"""Addresses of doors, deliveries and quiet hours."""

from django.urls import URLPattern, path

from bihuan.site.notices import feeds, pages, programs

urlpatterns: list[URLPattern] = [
    path("admin/doors/", pages.doors, name="admin_doors"),
    path("admin/doors/add/", pages.put, name="admin_door_add"),
    path("admin/doors/<int:hook>/", pages.door, name="admin_door"),
    path("admin/doors/<int:hook>/amend/", pages.put, name="admin_door_amend"),
    path("admin/doors/<int:hook>/state/", pages.state, name="admin_door_state"),
    path("admin/doors/<int:hook>/trial/", pages.trial, name="admin_door_trial"),
    path("admin/doors/<int:hook>/accounts/add/", pages.account_add, name="admin_account_add"),
    path("admin/doors/accounts/<int:account>/drop/", pages.account_drop, name="admin_account_drop"),
    path("admin/deliveries/again/", pages.again, name="admin_deliveries_again"),
    path("admin/webhooks/", programs.programs, name="admin_webhooks"),
    path("admin/webhooks/add/", programs.add, name="admin_webhook_add"),
    path("admin/webhooks/<int:webhook>/", programs.program, name="admin_webhook"),
    path("admin/webhooks/<int:webhook>/replay/", programs.replay, name="admin_webhook_replay"),
    path("admin/webhooks/<int:webhook>/state/", programs.state, name="admin_webhook_state"),
    path("admin/webhooks/<int:webhook>/end/", programs.end, name="admin_webhook_end"),
    path("calendar/", feeds.own, name="calendar_own"),
    path("calendar/make/", feeds.make, name="calendar_make"),
    path("calendar/revoke/", feeds.revoke, name="calendar_revoke"),
    path("calendar/<str:feed>.ics", feeds.feed, name="calendar_feed"),
    path("notices/quiet/", pages.quiet, name="quiet_hours"),
    path("notices/quiet/add/", pages.quiet_add, name="quiet_add"),
    path("notices/quiet/<int:quiet>/drop/", pages.quiet_drop, name="quiet_drop"),
]

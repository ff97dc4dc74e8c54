"""Addresses of doors, deliveries and quiet hours."""

from django.urls import URLPattern, path

from bihuan.site.notices import pages

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
    path("notices/quiet/", pages.quiet, name="quiet_hours"),
    path("notices/quiet/add/", pages.quiet_add, name="quiet_add"),
    path("notices/quiet/<int:quiet>/drop/", pages.quiet_drop, name="quiet_drop"),
]

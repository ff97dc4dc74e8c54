"""Addresses of plans, under those of the line."""

from django.urls import path

from bihuan.lines.projects.staffing import pages

urlpatterns = [
    path("", pages.plans, name="projects_plans"),
    path("capacities/", pages.capacities, name="projects_capacities"),
    path("capacities/set/", pages.capacity, name="projects_capacity"),
    path("<int:plan>/", pages.plan, name="projects_plan"),
    path("<int:plan>/adopt/", pages.adopt, name="projects_plan_adopt"),
]

"""The address at which a balancer asks whether this process serves."""

from __future__ import annotations

from django.urls import path

from concord.pages.service import views

urlpatterns = [path("healthz", views.healthz, name="healthz")]

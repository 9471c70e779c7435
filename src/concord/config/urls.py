"""Every address of Concord: each subject brings its own."""

from django.urls import include, path

urlpatterns = [path("", include("concord.pages.urls"))]

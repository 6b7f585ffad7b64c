"""The addresses that the `type` of a problem points to."""

from django.urls import path

from api.views.documents import meaning

urlpatterns = [path("<str:code>", meaning, name="error-meaning")]

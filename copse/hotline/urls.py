"""Addresses of the hotline: the provider's answer page, and the desk."""

from django.urls import path

from copse.hotline.views import provider

app_name = "hotline"
urlpatterns = [path("notice/<str:token>/", provider.respond, name="respond")]
desk_urlpatterns: list[object] = []

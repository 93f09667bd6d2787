from django.urls import path

from copse.base.vault import views

app_name = "vault"
urlpatterns: list[object] = []
desk_urlpatterns = [
    path("", views.keys, name="keys"),
    path("<uuid:desk>/<uuid:member>/grant/", views.grant, name="grant"),
    path("<uuid:desk>/recovery/", views.recovery, name="recovery"),
]

from django.urls import path

from copse.base.organisations import views

app_name = "organisations"

urlpatterns = [
    path("help/", views.find, name="services"),
    path("help/services.json", views.export, name="export"),
]
desk_urlpatterns = [
    path("services/", views.listing, name="listing"),
    path("services/add/", views.edit, name="add"),
    path("services/<uuid:pk>/", views.edit, name="edit"),
    path("services/import/", views.take_in, name="import"),
    path("country/", views.country, name="country"),
    path("retention/", views.clocks, name="clocks"),
    path("retention/<str:code>/", views.clock, name="clock"),
]

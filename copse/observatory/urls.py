from django.urls import path

from copse.observatory import views

app_name = "observatory"
urlpatterns = [
    path("", views.numbers, name="numbers"),
    path("figures.csv", views.figures_csv, name="figures-csv"),
    path("figures.json", views.figures_json, name="figures-json"),
]
desk_urlpatterns = [
    path("", views.releases, name="releases"),
    path("preview/", views.preview, name="preview"),
    path("publish/", views.publish, name="publish"),
    path("releases/<slug:reference>/", views.release, name="release"),
]

from django.urls import path

from copse.observatory import views

app_name = "observatory"
urlpatterns = [
    path("", views.numbers, name="numbers"),
    path("figures.csv", views.figures_csv, name="figures-csv"),
    path("figures.json", views.figures_json, name="figures-json"),
    path("releases/<slug:reference>/", views.past, name="past"),
    path("releases/<slug:reference>/figures.csv", views.past_csv, name="past-csv"),
    path("releases/<slug:reference>/figures.json", views.past_json, name="past-json"),
]
desk_urlpatterns = [
    path("", views.releases, name="releases"),
    path("preview/", views.preview, name="preview"),
    path("publish/", views.publish, name="publish"),
    path("releases/<slug:reference>/", views.release, name="release"),
    path("indicators/", views.indicators, name="indicators"),
    path("indicators/<slug:code>/", views.indicator, name="indicator"),
    path("indicators/<slug:code>/lock/", views.lock, name="lock"),
    path("observations/<uuid:key>/return/", views.send_back, name="send-back"),
    path("observations/<uuid:key>/revise/", views.revise, name="revise"),
    path("observations/<uuid:key>/<slug:verb>/", views.observation_step, name="observation-step"),
]

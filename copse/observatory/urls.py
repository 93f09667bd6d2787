from django.urls import path

from copse.observatory.views import country, figures, indicators, releases

app_name = "observatory"
urlpatterns = [
    path("", country.numbers, name="numbers"),
    path("strategy/", country.strategy, name="strategy"),
    path("actions/", country.actions, name="public-actions"),
    path("actions/<slug:code>/", country.action, name="public-action"),
    path("indicators/", country.indicators, name="public-indicators"),
    path("indicators/<slug:code>/", country.indicator, name="public-indicator"),
    path("law/", country.law, name="law"),
    path("council/", country.council, name="council"),
    path("reports/", country.reports, name="reports"),
    path("data/", country.data, name="data"),
    path("figures.csv", figures.figures_csv, name="figures-csv"),
    path("figures.json", figures.figures_json, name="figures-json"),
    path("releases/<slug:reference>/", country.past, name="past"),
    path("releases/<slug:reference>/reports/", country.past_reports, name="past-reports"),
    path("releases/<slug:reference>/figures.csv", figures.past_csv, name="past-csv"),
    path("releases/<slug:reference>/figures.json", figures.past_json, name="past-json"),
]
desk_urlpatterns = [
    path("", releases.releases, name="releases"),
    path("announce/", releases.announce, name="announce"),
    path("examine/", releases.examine, name="examine"),
    path("preview/", releases.preview, name="preview"),
    path("publish/", releases.publish, name="publish"),
    path("releases/<slug:reference>/", releases.release, name="release"),
    path("indicators/", indicators.indicators, name="indicators"),
    path("indicators/<slug:code>/", indicators.indicator, name="indicator"),
    path("indicators/<slug:code>/lock/", indicators.lock, name="lock"),
    path("observations/<uuid:key>/return/", indicators.send_back, name="send-back"),
    path("observations/<uuid:key>/revise/", indicators.revise, name="revise"),
    path(
        "observations/<uuid:key>/<slug:verb>/",
        indicators.observation_step,
        name="observation-step",
    ),
]

from copse.strategy.views import measures, plan

app_name = "strategy"
desk_urlpatterns = [
    *plan.urlpatterns,
    *measures.urlpatterns,
]

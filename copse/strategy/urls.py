from django.urls import path

from copse.strategy.views import plan

app_name = "strategy"
desk_urlpatterns = [
    path("", plan.plan, name="plan"),
]

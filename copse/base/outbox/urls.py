"""Addresses of the administration: what did not work, and its own messages not delivered."""

from django.urls import path

from copse.base.outbox import administration, views
from copse.base.outbox.workflow import AdministrationAction as Action

app_name = "administration"
urlpatterns: list[object] = []
desk_urlpatterns = [
    path("troubles/", administration.listing, name="troubles"),
    path("troubles/jobs/<int:number>/retry/", administration.retry_job, name="retry-job"),
    path("troubles/jobs/<int:number>/dismiss/", administration.dismiss_job, name="dismiss-job"),
    path("troubles/parcels/<uuid:parcel>/retry/", administration.retry_parcel, name="retry-parcel"),
    *views.pages(view=Action.OUTBOX, retry=Action.OUTBOX_RETRY),
]

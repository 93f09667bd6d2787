"""The demonstration's mail, readable in the browser; in a real install this page does not exist."""

from django.conf import settings
from django.urls import path

from copse.base.outside import views

app_name = "outside"
urlpatterns: list[object] = []
# Named as staff's so that it is served by the desks' process; the page itself is the demo's.
desk_urlpatterns = (
    [
        path("mail/", views.mails, name="mails"),
        path("mail/<slug:name>/", views.mail, name="mail"),
    ]
    if settings.COPSE.mode in {"demo", "test"}
    else []
)

"""Addresses of the hotline: the provider's answer page, and the desk."""

from django.urls import path

from copse.base.outbox import views as outbox
from copse.hotline.views import concerns, ending, holds, material, provider
from copse.hotline.workflow import Action

app_name = "hotline"
urlpatterns = [path("notice/<str:token>/", provider.respond, name="respond")]
desk_urlpatterns = [
    path("", material.queue, name="queue"),
    path("next/", material.take_next, name="next"),
    path("done/", material.done, name="done"),
    path("looks/", material.looks, name="looks"),
    path("search/", material.search, name="search"),
    path("people/", concerns.people, name="people"),
    path("material/<str:ref>/", material.material, name="material"),
    path("material/<str:ref>/claim/", material.claim, name="claim"),
    path("material/<str:ref>/release/", material.release, name="release"),
    path("material/<str:ref>/reveal/", material.reveal, name="reveal"),
    path("material/<str:ref>/address/", material.address, name="address"),
    path("material/<str:ref>/read/", material.read, name="read"),
    path("material/<str:ref>/notes/", material.notes, name="notes"),
    path("material/<str:ref>/replies/", ending.replies, name="replies"),
    path("material/<str:ref>/trace/", ending.trace, name="trace"),
    path("material/<str:ref>/look/", ending.look, name="look"),
    path("material/<str:ref>/reopen/", ending.reopen, name="reopen"),
    path("material/<str:ref>/close/", ending.close, name="close"),
    path("material/<str:ref>/police/", ending.tell_police, name="tell-police"),
    path("notices/<str:ref>/pass-up/", ending.pass_up, name="pass-up"),
    path("concerns/<str:ref>/", concerns.concern, name="concern"),
    path("concerns/<str:ref>/story/", concerns.story, name="story"),
    path("concerns/<str:ref>/claim/", concerns.claim, name="claim-concern"),
    path("concerns/<str:ref>/release/", concerns.release, name="release-concern"),
    path("concerns/<str:ref>/answer/", concerns.answer, name="answer"),
    path("concerns/<str:ref>/pass-on/", concerns.pass_on, name="pass-on"),
    path("concerns/<str:ref>/close/", concerns.close, name="close-concern"),
]
for kind, folder in (("concern", "concerns"), ("material", "material")):
    told, place = {"kind": kind}, f"{folder}/<str:ref>/hold/"
    desk_urlpatterns += [
        path(place, holds.hold, told, name=f"see-hold-{kind}"),
        path(f"{place}place/", holds.place, told, name=f"hold-{kind}"),
        path(f"{place}lift/", holds.lift, told, name=f"lift-{kind}"),
    ]
desk_urlpatterns += outbox.pages(view=Action.OUTBOX, retry=Action.OUTBOX_RETRY)

"""Reading the mail that the demonstration caught."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from copse.base.access import outside_desks
from copse.base.outside import caught


@outside_desks
def mails(request: HttpRequest) -> HttpResponse:
    _demo_only()
    return render(request, "outside/mails.html", {"mails": caught.latest(settings.COPSE.home)})


@outside_desks
def mail(request: HttpRequest, name: str) -> HttpResponse:
    _demo_only()
    found = caught.read(settings.COPSE.home, name)
    if found is None:
        raise Http404
    return render(request, "outside/mail.html", {"mail": found})


def _demo_only() -> None:
    # The addresses are not even registered in a real install; this is the second lock.
    if settings.COPSE.mode == "real":
        raise Http404

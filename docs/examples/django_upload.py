"""Django: no upload is shown before the guard allows it. A view and its address."""

import logging

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from copse.client.guard import Guard, Verdict

guard = Guard.open("lists/arbora")  # once, when the process starts


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    picture = request.FILES["picture"].read()
    verdict = guard.check(picture)
    if verdict.word != "allow":
        return keep_back(picture, verdict)
    return HttpResponse("Thank you.", status=201)  # here you store it and show it


def keep_back(picture: bytes, verdict: Verdict) -> HttpResponse:
    """Keep it where only your reviewers see it, with the verdict; tell the sender no reason."""
    told = verdict.word, verdict.code, len(picture)
    logging.getLogger("uploads").warning("kept back: %s, %s, %d bytes", *told)
    status = {"hold": 202, "block": 403}[verdict.word]
    return HttpResponse("This is not shown now.", status=status)


urlpatterns = [path("upload", upload)]

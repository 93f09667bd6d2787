"""The papers of a release: the plan, the yearly report, a sheet an action; as tagged PDF.

An address names the paper's language itself, so that it can be handed on.
"""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path
from django.views.decorators.http import require_safe

from copse.base.access import public
from copse.observatory import queries
from copse.observatory.services import printing
from copse.observatory.views.sharing import shared


@require_safe
@public("public")
def strategy(request: HttpRequest, reference: str, language: str) -> HttpResponseBase:
    return _paper(request, printing.Kind.STRATEGY, reference, language)


@require_safe
@public("public")
def report(request: HttpRequest, reference: str, language: str) -> HttpResponseBase:
    return _paper(request, printing.Kind.REPORT, reference, language)


@require_safe
@public("public")
def action(request: HttpRequest, reference: str, language: str, code: str) -> HttpResponseBase:
    return _paper(request, printing.Kind.ACTION, reference, language, code)


def _paper(
    request: HttpRequest, kind: printing.Kind, reference: str, language: str, code: str = ""
) -> HttpResponseBase:
    release = queries.public_release(reference)
    try:
        made = printing.document(kind, release, language, code)
    except printing.UnknownPaper as error:
        raise Http404(str(error)) from error
    response = HttpResponse(made, "application/pdf", headers={"Content-Language": language})
    name = "-".join(part for part in (kind, code, release.reference, language) if part)
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return shared(request, response, f"{release.sha256}-{kind}-{code}-{language}")


app_name = "printing"
PLACE = "print/<slug:reference>/<slug:language>/"
urlpatterns = [
    path(f"{PLACE}strategy.pdf", strategy, name="strategy"),
    path(f"{PLACE}report.pdf", report, name="report"),
    path(f"{PLACE}<slug:code>.pdf", action, name="action"),
]

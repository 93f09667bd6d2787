"""Whether this process can do its work; asked by supervisors and proxies."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

from copse.base.access import outside_desks


@outside_desks
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django hands it over
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("The database does not answer.\n", "text/plain", status=503)
    return HttpResponse("ready\n", "text/plain")

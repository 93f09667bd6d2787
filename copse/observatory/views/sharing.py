"""A public answer that everybody's cache may keep."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import get_conditional_response, patch_cache_control

FRESH_FOR = 300
# What is packed already is sent as it is.
WORDY = ("text/", "application/json", "application/xml")


def shared(request: HttpRequest, response: HttpResponse, mark: str) -> HttpResponseBase:
    """Let everybody's cache keep the answer until the next release, packed for slow lines.

    Packing could give a secret away beside words that somebody else chose. Here is neither: the
    page is the same for everybody, and is drawn without the request.
    """
    etag = f'"{mark}"'
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=FRESH_FOR)
    answer = get_conditional_response(request, etag, None, response) or response
    if isinstance(answer, HttpResponse) and answer.get("Content-Type", "").startswith(WORDY):
        return GZipMiddleware(lambda _request: answer).process_response(request, answer)
    return answer

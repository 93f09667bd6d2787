"""A public answer that everybody's cache may keep."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control

FRESH_FOR = 300


def shared(request: HttpRequest, response: HttpResponse, mark: str) -> HttpResponseBase:
    """Let everybody's cache keep the answer until the next release."""
    etag = f'"{mark}"'
    response["ETag"] = etag
    patch_cache_control(response, public=True, max_age=FRESH_FOR)
    return get_conditional_response(request, etag, None, response) or response

"""The headers that keep a page to itself: no other origin, no frame, no cache, no referrer."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]

POLICY = {
    "default-src": "'none'",
    "style-src": "'self'",
    "script-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
CONTENT_SECURITY_POLICY = "; ".join(f"{name} {value}" for name, value in POLICY.items())
_OFF = (
    "accelerometer autoplay camera display-capture encrypted-media fullscreen geolocation "
    "gyroscope magnetometer microphone midi payment screen-wake-lock usb xr-spatial-tracking"
)
PERMISSIONS = ", ".join(f"{name}=()" for name in _OFF.split())
# Passkeys are the staff's log-in; every other power of the browser stays off.
PERMISSIONS += ", publickey-credentials-get=(self), publickey-credentials-create=(self)"

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": PERMISSIONS,
    # Nothing to other origins. `no-referrer` would make browsers send `Origin: null` with our
    # own forms, which the forgery check must refuse.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}
YEAR = 365 * 24 * 3600


def _is_kept(path: str) -> bool:
    """Public numbers may be found and kept by anybody; every other page tells of a person."""
    return path.startswith(settings.STATIC_URL) or "numbers" in path.split("/")[1:3]


class SafeHeaders:
    """Middleware, outermost, so that error pages and static files carry the headers too."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        # Set by Django's own middleware to its default; ours is the one that holds.
        response.headers["Referrer-Policy"] = HEADERS["Referrer-Policy"]
        if _is_kept(request.path):
            del response.headers["X-Robots-Tag"]
        else:
            response.headers["Cache-Control"] = "no-store"
        if settings.COPSE.mode == "real":
            response.headers["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
        return response

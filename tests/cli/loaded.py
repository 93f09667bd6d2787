"""What a warm process has loaded before it becomes `copse`: libraries and compiled kernels."""

from io import BytesIO

import httpx
import rich.progress
import typer.core
import uvicorn

from copse.client import cybertipline, guard, guard_service
from copse.kit import lists, scanning
from copse.kit.hashing import fingerprint
from tests.toolkit import drawn

LOADED = (
    httpx,
    rich.progress,
    typer.core,
    uvicorn,
    cybertipline,
    guard,
    guard_service,
    lists,
    scanning,
)

for form in ("JPEG", "PNG"):
    picture = BytesIO()
    drawn(0).save(picture, form)
    for mode in ("full", "fast"):
        fingerprint(picture.getvalue(), mode=mode)

"""Public references such as `H-26-000123`: what people say on the telephone."""

from django.db import connection
from django.utils import timezone


def next_reference(letter: str) -> str:
    """The next reference of a series. A series is one letter; gaps are normal after a rollback."""
    if len(letter) != 1 or not letter.isupper() or not letter.isascii():
        message = f"a series is one capital letter, not {letter!r}"
        raise ValueError(message)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [f"copse_reference_{letter.lower()}"])
        number = cursor.fetchone()[0]
    return f"{letter}-{timezone.now():%y}-{number:06d}"

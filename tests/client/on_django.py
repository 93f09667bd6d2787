"""Posts files to the example's view in a Django of its own: `on_django.py EXAMPLE.py FILE…`.

In a process of its own, because the tests' Django has our server's settings. Says the statuses
and which packages were loaded.
"""

import importlib.util
import json
import sys
from pathlib import Path

from django.conf import settings
from django.test import Client


def main(example, *paths):
    settings.configure(ROOT_URLCONF="django_upload", ALLOWED_HOSTS=["testserver"])
    import django

    django.setup()
    spec = importlib.util.spec_from_file_location("django_upload", example)
    sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[spec.name])
    client, told = Client(), {}
    for path in map(Path, paths):
        with path.open("rb") as picture:
            answer = client.post("/upload", {"picture": picture})
        told[path.stem] = [answer.status_code, answer.content.decode()]
    loaded = {name.partition(".")[0] for name in sys.modules} | {
        ".".join(name.split(".")[:2]) for name in sys.modules if name.startswith("copse.")
    }
    sys.stdout.write(json.dumps({"answers": told, "loaded": sorted(loaded)}))


if __name__ == "__main__":
    main(*sys.argv[1:])

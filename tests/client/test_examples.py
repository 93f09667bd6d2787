"""The examples of the documents guard uploads in the real frameworks."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from copse.kit.lists import Opinion
from copse.kit.lists.entry import Category
from tests.toolkit import Arbora, awaited, entry, saved

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples"
# What the extra `server` brings besides Django itself.
SERVER = {"allauth", "psycopg", "procrastinate", "granian", "whitenoise", "pydantic_settings"}
EXPECTED = {
    "allowed": (201, "Thank you."),
    "held": (202, "This is not shown now."),
    "blocked": (403, "This is not shown now."),
    "alike": (403, "This is not shown now."),
    "damaged": (202, "This is not shown now."),
}


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """A service's folder with a list, and a folder of pictures to upload."""
    folder = tmp_path_factory.mktemp("service")
    pictures = folder / "pictures"
    (folder / "lists").mkdir()
    arbora = Arbora(folder / "lists")
    dispute = (Opinion("b", Category.NEGATIVE), Opinion("a", Category.POSITIVE))
    arbora.publish(
        entry("e-1", saved(pictures / "blocked.jpg", 1, quality=90)),
        entry("e-2", saved(pictures / "held.jpg", 2, quality=90), opinions=dispute),
    )
    saved(pictures / "allowed.png", 3)
    saved(pictures / "alike.png", 1)
    body = saved(pictures / "damaged.jpg", 4).read_bytes()
    (pictures / "damaged.jpg").write_bytes(body[: len(body) // 2])
    return folder


@pytest.fixture
def example(service, monkeypatch):
    """Loads an example as its service would: started in the folder where the lists lie."""
    monkeypatch.chdir(service)

    def load(name):
        spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
        made = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, made)
        spec.loader.exec_module(made)
        return made

    return load


def pictures_of(service):
    return sorted((service / "pictures").iterdir())


def test_flask_guards_an_upload(example, service):
    client = example("flask_upload").app.test_client()
    told = {}
    for path in pictures_of(service):
        with path.open("rb") as picture:
            answer = client.post("/upload", data={"picture": (picture, path.name)})
        told[path.stem] = (answer.status_code, answer.text)
    assert told == EXPECTED
    assert client.post("/upload").status_code == 400


def test_fastapi_guards_an_upload(example, service):
    app = example("fastapi_upload").app

    async def upload():
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
            for path in pictures_of(service):
                answer = await client.post("/upload", content=path.read_bytes())
                told[path.stem] = (answer.status_code, answer.text)

    told = {}
    awaited(upload())
    assert told == EXPECTED


def test_django_guards_an_upload_without_our_server(service):
    program = Path(__file__).with_name("on_django.py")
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("COPSE_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-W", "error", program, EXAMPLES / "django_upload.py",
         *pictures_of(service)],
        cwd=service, env={**clean, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert {name: tuple(answer) for name, answer in told["answers"].items()} == EXPECTED
    assert "django" in told["loaded"]
    assert not {"copse.base", "copse.project", "copse.cli"} & set(told["loaded"])
    assert not SERVER & set(told["loaded"])

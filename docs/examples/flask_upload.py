"""Flask: no upload is shown before the guard allows it."""

from flask import Flask, request

from copse.client.guard import Guard, Verdict

app = Flask(__name__)
guard = Guard.open("lists/arbora")  # once, when the process starts


@app.post("/upload")
def upload() -> tuple[str, int]:
    picture = request.files["picture"].read()
    verdict = guard.check(picture)
    if verdict.word != "allow":
        return keep_back(picture, verdict)
    return "Thank you.", 201  # here you store it and show it


def keep_back(picture: bytes, verdict: Verdict) -> tuple[str, int]:
    """Keep it where only your reviewers see it, with the verdict; tell the sender no reason."""
    app.logger.warning("kept back: %s, %s, %d bytes", verdict.word, verdict.code, len(picture))
    return "This is not shown now.", {"hold": 202, "block": 403}[verdict.word]

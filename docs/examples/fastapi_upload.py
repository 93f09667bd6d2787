"""FastAPI: no upload is shown before the guard allows it."""

import logging

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse

from copse.client.guard import Guard, Verdict

app = FastAPI()
guard = Guard.open("lists/arbora")  # once, when the process starts


@app.post("/upload")
async def upload(request: Request) -> PlainTextResponse:
    picture = await request.body()  # of a form: await form_field.read()
    verdict = await run_in_threadpool(guard.check, picture)
    if verdict.word != "allow":
        return keep_back(picture, verdict)
    return PlainTextResponse("Thank you.", 201)  # here you store it and show it


def keep_back(picture: bytes, verdict: Verdict) -> PlainTextResponse:
    """Keep it where only your reviewers see it, with the verdict; tell the sender no reason."""
    told = verdict.word, verdict.code, len(picture)
    logging.getLogger("uploads").warning("kept back: %s, %s, %d bytes", *told)
    status = {"hold": 202, "block": 403}[verdict.word]
    return PlainTextResponse("This is not shown now.", status)

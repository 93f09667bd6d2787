"""From the front page to the receipt."""

from django.forms import Field
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from copse.portal import services
from copse.portal.forms import FORMS, QuestionForm
from copse.portal.services import Held
from copse.portal.services.submit import tally
from copse.portal.views.page import cookie_of, forgotten, page, see_other, seen, shown
from copse.portal.workflow import QUESTIONS, Door, Question, following, previous


@page
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    return shown(request, "start")


@page
@require_safe
def danger(request: HttpRequest) -> HttpResponse:
    return shown(request, "danger")


@page
@require_safe
def safety(request: HttpRequest) -> HttpResponse:
    return shown(request, "safety")


@page
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, door: str, number: str) -> HttpResponse:
    asked = _asked(int(number))
    held = services.resume(cookie_of(request), lock=request.method == "POST")
    if held is not None and held.content.get("door") != door:
        held = None
    if request.method == "POST":
        return _answer(request, held, Door(door), asked)
    return _ask(request, held, Door(door), asked)


def _asked(number: int) -> Question:
    if not 1 <= number <= len(QUESTIONS):
        raise Http404
    return QUESTIONS[number - 1]


def _ask(request: HttpRequest, held: Held | None, door: Door, asked: Question) -> HttpResponse:
    if held is not None and "code" in held.content:
        return see_other("receipt")
    answers = held.answers if held else {}
    tried = held.content.get("tried", {}).get(asked) if held else None
    form = FORMS[asked](tried, initial=answers.get(asked), answers=answers)
    before = previous(asked, answers)
    return shown(
        request,
        "question",
        form=form,
        door=door,
        number=QUESTIONS.index(asked) + 1,
        total=len(QUESTIONS),
        before=QUESTIONS.index(before) + 1 if before else None,
        checking="check" in request.GET,
        danger=answers.get(Question.DANGER, {}).get("danger") == "yes",
    )


def _answer(request: HttpRequest, held: Held | None, door: Door, asked: Question) -> HttpResponse:
    if held is None or "code" in held.content:
        held = services.begin(door)
        tally("started")
    form = FORMS[asked](request.POST, answers=held.answers)
    ok = _take(held, asked, form)
    services.keep(held)
    checking = "check" in request.POST
    return seen(_onward(held, door, asked, ok=ok, checking=checking), held)


def _take(held: Held, asked: Question, form: QuestionForm) -> bool:
    """Put the answer into the draft; a wrong one is kept as typed, to be shown with its error."""
    tried = held.content.setdefault("tried", {})
    if form.is_valid():
        tried.pop(asked, None)
        held.answers[asked] = dict(form.cleaned_data)
        return True
    tried[asked] = {name: form.data.get(name, "")[:200_000] for name in form.fields}
    return False


def _onward(held: Held, door: Door, asked: Question, *, ok: bool, checking: bool) -> HttpResponse:
    if not ok:
        return see_other("question", str(door), QUESTIONS.index(asked) + 1)
    onward = following(asked, held.answers)
    if onward is None or (checking and onward is not Question.CLOSER):
        return see_other("check")
    return see_other("question", str(door), QUESTIONS.index(onward) + 1)


@page
@require_safe
def check(request: HttpRequest) -> HttpResponse:
    held = services.resume(cookie_of(request))
    if held is None or "door" not in held.content:
        return see_other("over")
    if "code" in held.content:
        return see_other("receipt")
    if not held.answers.get(Question.KIND):
        return see_other("question", held.content["door"], 1)
    rows = [row for number in range(1, len(QUESTIONS) + 1) for row in _rows(held, number)]
    return shown(
        request,
        "check",
        rows=rows,
        door=held.content["door"],
        token=held.content["token"],
        danger=held.answers.get(Question.DANGER, {}).get("danger") == "yes",
    )


def _rows(held: Held, number: int) -> list[dict[str, object]]:
    asked = QUESTIONS[number - 1]
    before = QUESTIONS[number - 2] if number > 1 else None
    if asked is Question.CLOSER and before and following(before, held.answers) is not asked:
        return []
    answers = held.answers.get(asked, {})
    return [
        {"title": field.label, "value": _said(field, answers.get(name, "")), "number": number}
        for name, field in FORMS[asked](answers=held.answers).fields.items()
    ]


def _said(field: Field, value: str) -> object:
    return dict(getattr(field, "choices", ())).get(value, value)


@page
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    cookie = cookie_of(request)
    held = services.submit(cookie=cookie, token=request.POST.get("token", ""))
    return see_other("over") if held is None else see_other("receipt")


@page
@require_safe
def receipt(request: HttpRequest) -> HttpResponse:
    held = services.resume(cookie_of(request))
    if held is None or "code" not in held.content:
        return see_other("over")
    code = services.Code(held.content["code"])
    words = code.words(get_language() or "en")
    return shown(request, "receipt", groups=code.groups, words=words)


@page
@require_POST
def noted(request: HttpRequest) -> HttpResponse:
    services.destroy(cookie_of(request))
    return forgotten(see_other("done"))


@page
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    return shown(request, "done")


@page
@require_safe
def over(request: HttpRequest) -> HttpResponse:
    return shown(request, "over")


@page
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Quick exit: the row is destroyed here, so that going back finds nothing."""
    services.destroy(cookie_of(request))
    response = forgotten(see_other("today"))
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


@page
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    return shown(request, "today")

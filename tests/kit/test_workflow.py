from enum import StrEnum, auto

import pytest

from copse.kit.errors import StepNotAllowed
from copse.kit.workflow import Workflow


class Stage(StrEnum):
    OPEN = auto()
    READ = auto()
    CLOSED = auto()


class Action(StrEnum):
    READ = "desk.item.read"
    CLOSE = "desk.item.close"


FLOW = Workflow(
    Stage.OPEN,
    (Action.READ, Stage.OPEN, Stage.READ),
    (Action.CLOSE, (Stage.OPEN, Stage.READ), Stage.CLOSED),
)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("action", Action)
def test_every_stage_and_action_is_either_a_step_or_refused(stage, action):
    if action in FLOW.steps(stage):
        assert FLOW.after(stage, action) in Stage
    else:
        with pytest.raises(StepNotAllowed, match=stage):
            FLOW.after(stage, action)


def test_the_open_steps_are_the_actions_themselves():
    assert FLOW.steps(Stage.OPEN) == (Action.READ, Action.CLOSE)
    assert FLOW.final == (Stage.CLOSED,)


def test_the_diagram_shows_each_step():
    assert "open --> closed: close" in FLOW.diagram()


def test_a_stage_nobody_reaches_is_a_mistake():
    with pytest.raises(ValueError, match="read"):
        Workflow(Stage.OPEN, (Action.CLOSE, Stage.OPEN, Stage.CLOSED))


def test_a_step_written_twice_is_a_mistake():
    step = (Action.CLOSE, Stage.OPEN, Stage.CLOSED)
    with pytest.raises(ValueError, match="twice"):
        Workflow(Stage.OPEN, step, step, (Action.READ, Stage.OPEN, Stage.READ))

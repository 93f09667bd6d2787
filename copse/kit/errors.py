"""Errors that say what happened and what to do.

CopseError
├── InputError        the sender can mend it
├── RefusedError      somebody else must act or allow it
│   └── StepNotAllowed
├── LaterError        the same call may succeed later
└── OursError         a fault of this system
"""


class CopseError(Exception):
    """A failure with a short stable code, a sentence, and facts that hold no personal data."""

    code = "copse"

    def __init__(self, sentence: str, *, code: str | None = None, **facts: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code or self.code
        self.facts = facts


class InputError(CopseError):
    """What was sent cannot be taken as it is; the sentence says what to change."""

    code = "input"


class RefusedError(CopseError):
    """The act is not open to this person or at this stage."""

    code = "refused"


class StepNotAllowed(RefusedError):  # noqa: N818 - the field's word for it, said as a state
    """The process has no such step from the record's present stage."""

    code = "step-not-allowed"


class LaterError(CopseError):
    """Nothing is wrong with the request; it may succeed later."""

    code = "later"


class OursError(CopseError):
    """A fault of this system that its keepers must mend."""

    code = "ours"

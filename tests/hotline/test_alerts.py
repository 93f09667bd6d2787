"""Danger reaches the duty address until a person has it, and the mail says nothing of it."""

from copse.base import outbox
from copse.hotline.services import alerts, concerns


def test_the_duty_address_hears_until_somebody_claims(hotline, monkeypatch):
    sent = []
    monkeypatch.setattr(outbox, "mail", lambda **mail: sent.append(mail))
    concern = hotline.concern(danger_now=True, risk_code="contact_grooming", region="north")
    with hotline.open():
        assert alerts.remind(actor=hotline.system) == 1
    assert sent[0]["to"] == "duty@example.org"
    assert concern.reference not in str(sent)
    assert "north" not in str(sent)
    with hotline.open(hotline.amara):
        concerns.claim(actor=hotline.amara, concern=concern)
    with hotline.open():
        assert alerts.remind(actor=hotline.system) == 0
    assert len(sent) == 1

import uuid

import pytest

from copse.kit import sealing


def test_what_is_sealed_opens_with_the_private_key_only():
    private, public = sealing.new_keypair()
    other, _ = sealing.new_keypair()
    sealed = sealing.seal_to(public, b"words")
    assert sealing.open_sealed(private, sealed) == b"words"
    with pytest.raises(sealing.WrongKey):
        sealing.open_sealed(other, sealed)
    with pytest.raises(sealing.WrongKey):
        sealing.open_sealed(private, sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_a_record_is_sealed_to_every_holder_without_storage():
    private, public = sealing.new_keypair()
    holder = uuid.uuid4()
    sealed = sealing.seal_offline({"story": "مرحبا"}, [(holder, public)])
    ((to, wrapper),) = sealed.wrappers
    key = sealing.open_sealed(private, wrapper)
    assert to == holder
    assert sealing.decrypt_content(key, sealed.ciphertext) == {"story": "مرحبا"}


def test_the_sealed_length_does_not_tell_the_length_of_the_story():
    key = b"k" * 32
    assert len({len(sealing.encrypt_content(key, {"s": "x" * n})) for n in (1, 50, 200)}) == 1


def test_the_password_key_depends_on_password_and_salt():
    salt = b"s" * sealing.SALT_BYTES
    keys = {
        sealing.key_from_password(password, this, sealing.SMALL)
        for password in ("one", "two")
        for this in (salt, b"t" * sealing.SALT_BYTES)
    }
    assert len(keys) == 4


def test_a_recovery_key_reads_back_as_typed():
    private, _ = sealing.new_keypair()
    text = sealing.recovery_text(private)
    assert sealing.recovery_key(text) == private
    assert sealing.recovery_key(" ".join(text.lower().split("-"))) == private
    with pytest.raises(sealing.WrongKey):
        sealing.recovery_key(text[:-2])

"""The people of the tests are those of the demonstration."""


def test_the_cast_of_the_tests(cast):
    assert cast.amara.keyring
    assert cast.desks["hotline"].key == cast.amara.desk

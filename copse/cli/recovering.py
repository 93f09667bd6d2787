"""`copse recover`: a member opens a desk's key with the printed recovery key."""

from rich.console import Console
from rich.prompt import Prompt

from copse.cli.starting import django_ready
from copse.kit.errors import InputError
from copse.project.configuration import configuration
from copse.project.install import database_server


class NotAMember(InputError):  # noqa: N818 - named for the state
    """A key is granted to members of the desk only."""

    code = "not-a-member"


def recover(console: Console, room: str, email: str) -> None:
    """Ask for the recovery key and grant the desk's keys to the member.

    Needed for a desk's first member, and when nobody is left who could grant.
    """
    # Asked for, never an argument: those stand in the shell's history and the list of processes.
    recovery = Prompt.ask(f"Recovery key of the {room} desk (not shown)", password=True)
    with database_server(configuration):
        django_ready()
        granted = _grant(room, email, recovery)
    console.print(f"{granted} keys of the desk now open for {email}, and the log says so.")


def _grant(room: str, email: str, recovery: str) -> int:
    from copse.base import access, audit, database, vault
    from copse.base.accounts.models import Membership
    from copse.base.organisations.queries import desk_for

    with database.as_room("administration"):
        desk = desk_for(room).key
    with database.as_desk(desk):
        place = Membership.objects.filter(desk_id=desk.id, user__email=email.lower()).first()
        if place is None:
            raise NotAMember(f"{email} is no member of this desk. Invite them at /desk/ first.")
        granted = vault.recover(desk.id, recovery, place.user_id)
        audit.record(access.system(desk), f"{room}.key.recover", place.user_id)
    return granted

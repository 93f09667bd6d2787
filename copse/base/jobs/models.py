"""No tables of our own: the queue's belong to procrastinate.

The module is here because Django tells only apps with models that a migration has ended, which is
when `rights.harden` must run.
"""

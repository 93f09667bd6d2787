"""Pure Python: no framework, no network. What a provider may use without our server."""

"""The network half of the toolkit: pull a list, report to a gateway, answer an upload handler."""

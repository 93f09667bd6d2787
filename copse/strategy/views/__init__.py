"""Pages of the strategy office, its council and the rights institution."""

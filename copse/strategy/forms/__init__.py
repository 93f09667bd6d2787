"""What the strategy office fills in."""

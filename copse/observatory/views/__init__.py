"""Two sides: the public numbers, and the desk that publishes them."""

"""What is done in the strategy room, one verb each."""

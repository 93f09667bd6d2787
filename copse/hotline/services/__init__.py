"""What is done at the hotline, one verb each."""

"""What every desk stands on, written once and without a desk's word."""

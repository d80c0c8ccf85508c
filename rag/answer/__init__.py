"""From evidence to the checked answer that a person reads."""

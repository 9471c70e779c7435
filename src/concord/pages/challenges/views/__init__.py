"""Views by part of a challenge."""

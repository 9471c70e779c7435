"""Views of membership, by what they are about."""

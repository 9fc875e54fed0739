"""Versions of a review: what was released, what has changed since, and which number it asks for."""

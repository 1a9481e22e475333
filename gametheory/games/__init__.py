"""Orderings, stage games, dynamic games and the institutions that change them."""

"""Forms of matters, most of them made from the declaration of a kind."""

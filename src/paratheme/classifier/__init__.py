"""Probabilities -> decisions; a trained classifier, how it is saved and used."""

"""Exercises on paper: one page model, and a writer for each kind of document."""

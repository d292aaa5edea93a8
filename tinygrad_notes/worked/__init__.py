"""Worked sheets: every number of a pass with its formula, explained, marked and put on a page."""

"""Dialogs over a screen; each gives back a typed answer."""

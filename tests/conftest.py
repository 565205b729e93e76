"""Gives every Python test the rig's fixtures."""

pytest_plugins = ["rig.plugin"]

"""Loads the example agency by the plugin's own public ways: setup, import, page API, review by people."""

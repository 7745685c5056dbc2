"""Loads the conformance suite, so that plain `pytest features` works."""

pytest_plugins = ("crmkit.suite.running.plugin",)

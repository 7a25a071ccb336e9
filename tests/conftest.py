"""What every test can use. The fixtures themselves live in `tests/plugins/`, by what they are about."""

import hypothesis
import pytest

pytest_plugins = [
    "tests.plugins.databases",
    "tests.plugins.browser",
    "tests.plugins.app",
    "tests.plugins.world",
    "tests.plugins.racing",
]

# The same examples in every run, so that a failure belongs to the change at hand; no test is about how long it takes.
hypothesis.settings.register_profile("usual", derandomize=True, deadline=None, database=None)
hypothesis.settings.register_profile("deep", max_examples=2000, deadline=None)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--deep`."""
    parser.addoption("--deep", action="store_true", help="search longer, and for other examples each time")


def pytest_configure(config: pytest.Config) -> None:
    """Choose how hard Hypothesis searches."""
    hypothesis.settings.load_profile("deep" if config.getoption("--deep") else "usual")

"""What all tests share."""

from browser_fixtures import axe_core, built_site, chromium, open_page
from hypothesis import settings

__all__ = ["axe_core", "built_site", "chromium", "open_page"]

# A deadline measures the machine, not the code; timings live in benchmarks/.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

"""What all tests share."""

from hypothesis import settings

# A deadline measures the machine, not the code; timings live in benchmarks/.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

"""`python -m tinygrad_notes` is `tinygrad-notes`."""

import sys

from tinygrad_notes.cli import main

sys.exit(main())

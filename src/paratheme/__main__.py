"""`python -m paratheme`."""

import sys

from paratheme.cli import main

sys.exit(main())

"""`python -m workshop.baseline`."""

from __future__ import annotations

import sys

from workshop.baseline import main

sys.exit(main())

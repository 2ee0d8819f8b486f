"""`python -m workshop.catalogues`."""

from __future__ import annotations

import sys

from workshop.catalogues import main

sys.exit(main())

"""All tests; importing this comes before any of them imports numpy."""

import os

# Small matrices on all cores beside another worker: each thread mostly waits, busily, for the others.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

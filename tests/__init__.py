"""The specification of Dalil, run against real parts."""

import os

# As the program itself has it, and before anything that computes is loaded: threads that wait for one another made the
# training of the matcher take minutes where the cores had other work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

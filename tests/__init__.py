"""The specification of Dalil, run against real parts."""

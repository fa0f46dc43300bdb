"""Turns that do not come to their end: the program ends by itself, and what it had begun is set aside as after a crash.

A turn that has the interpreter and does not let go of it, in one of its own regular expressions say, can be ended by
nothing within Python. So the kernel is asked: a group of turns that takes the processor as long as no turn ever does
ends the program by a signal. Whoever keeps it running starts it again, the message is found to have been begun, and
after the second time its person is told and staff have a case (`bot.reception.attendance`). What is measured is the
processor's time: neither a busy machine nor one that was asleep ends anything.
"""

import faulthandler
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def ended_after(seconds: float) -> Iterator[None]:
    """End the program when the block takes the processor longer; where the kernel has no such clock, never."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def tell_where_it_ended() -> None:
    """Have the log tell in which function each thread was when a turn ended the program, and nothing of its words."""
    # No stream of a file, as under a test: then nothing is told.
    with suppress(AttributeError, OSError, ValueError):
        faulthandler.register(signal.SIGPROF, chain=True)

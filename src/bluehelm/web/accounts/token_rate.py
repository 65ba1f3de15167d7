"""How often may a program ask with one token?

So many times a minute, counted by each process of the server for itself: a program that runs wild is slowed before it
takes the server from people. That a token was slowed stands in the audit, once an hour at most.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

MINUTE, HOUR = 60.0, 3600.0
MOST_TOKENS = 10_000
"""Tokens whose count is kept; beyond, all are counted anew."""


@dataclass(slots=True)
class _Count:
    began: float
    asked: int = 0
    told: float = -HOUR


@dataclass(slots=True)
class TokenRate:
    """The requests of each token in its running minute, since one process of the server began."""

    clock: Callable[[], float] = time.monotonic
    counts: dict[str, _Count] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, token: str, most: int) -> tuple[int, bool]:
        """Count one request: the seconds to wait, 0 where it may go on, and whether that is to be told now."""
        now = self.clock()
        with self.lock:
            if len(self.counts) >= MOST_TOKENS and token not in self.counts:
                self.counts.clear()
            count = self.counts.setdefault(token, _Count(now))
            if now - count.began >= MINUTE:
                count.began, count.asked = now, 0
            count.asked += 1
            if count.asked <= most:
                return 0, False
            is_news = now - count.told >= HOUR
            count.told = now if is_news else count.told
            return max(1, round(count.began + MINUTE - now)), is_news


RATE = TokenRate()

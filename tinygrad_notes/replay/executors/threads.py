"""Sharing samples out among threads."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

_pools: list[ThreadPoolExecutor] = []


def shares(samples: int, most: int) -> list[tuple[int, int]]:
    """First and last sample of each thread's share: one thread for each processor, but no more than `most`."""
    threads = max(1, min(_processors(), most))
    return list(pairwise(samples * thread // threads for thread in range(threads + 1)))


def in_threads(work: Callable[..., None], *arguments: Iterable[Any]) -> None:
    """`map`, with every call in a thread of its own."""
    if not _pools:
        _pools.append(ThreadPoolExecutor(_processors(), thread_name_prefix="replay"))
    list(_pools[0].map(work, *arguments))


def _processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

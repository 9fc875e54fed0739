"""One function for many jobs, in processes that have everything loaded already."""

from __future__ import annotations

import multiprocessing
import os
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Job = TypeVar("Job")
Work = TypeVar("Work")
Done = TypeVar("Done")

_given: tuple[Callable[[Any, Any], Any], Any] | None = None


def in_processes(
    function: Callable[[Job, Work], Done],
    jobs: Sequence[Job],
    work: Work,
    *,
    most: int,
    least: int = 2,
    progress: Callable[[Job], None] = lambda _: None,
) -> list[Done]:
    """Call the function with every job.

    Parameters
    ----------
    function
        Takes a job and the work.
    jobs
        What differs from call to call; it must be possible to send them to another process.
    work
        What all calls share. It is inherited and never sent.
    most
        Processes at the most.
    least
        With fewer jobs they are done here, one after the other: so they are where processes cannot
        be forked, because starting one takes too long there.
    progress
        Called with each job before its result is waited for.

    Returns
    -------
    list
        Results in the order of the jobs.
    """
    workers = min(os.cpu_count() or 1, most, len(jobs))
    if workers < 2 or len(jobs) < least or sys.platform != "linux":
        found = []
        for job in jobs:
            progress(job)
            found.append(function(job, work))
        return found
    global _given  # noqa: PLW0603 - the only way to hand something to a forked process unsent
    _given = (function, work)
    context = multiprocessing.get_context("fork")
    try:
        with warnings.catch_warnings():
            # Python warns of forking beside threads; these processes only draw and write files.
            warnings.simplefilter("ignore", DeprecationWarning)
            with ProcessPoolExecutor(workers, mp_context=context) as pool:
                waiting = [pool.submit(_call, job) for job in jobs]
                found = []
                for job, result in zip(jobs, waiting, strict=True):
                    progress(job)
                    found.append(result.result())
                return found
    finally:
        _given = None


def _call(job: Any) -> Any:
    if _given is None:
        raise RuntimeError("a process was started without its work")
    function, work = _given
    return function(job, work)

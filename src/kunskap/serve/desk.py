"""Where the database is waited for: jobs in turn, and those that come while the disk writes in one transaction."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import Empty, SimpleQueue
from time import monotonic, sleep
from typing import Any

from kunskap.errors import KunskapError, fault
from kunskap.store import Store
from kunskap.store.transactions import together

__all__ = ["Desk"]

MOST_TOGETHER = 40
"""Jobs in one transaction: the first of them waits for the others, less than 1 ms each."""
PACE = 0.01
"""Seconds from one transaction's beginning to the next one's, at least.  A commit costs as much processor as an answer:
when a room answers at once, those of a hundredth of a second share one.  Whoever comes alone waits for nobody."""


class Desk(Executor):
    """Does what has come in, in turn, and commits once.

    A job's result is given out when what it wrote is on the disk.  Where the database refuses anything, all jobs of
    that transaction are undone and done again one by one, so that each is told only what is true of its own; a job must
    therefore be such that it can be done twice.

    Parameters
    ----------
    store : Store
        From `open_store`.
    threads : int
        How many work at the same time: one for SQLite, that takes one writer at a time.

    Examples
    --------
    >>> from kunskap.store import open_store
    >>> desk = Desk(open_store("sqlite://"))
    >>> desk.submit(lambda: 1 + 1).result()
    2
    >>> desk.shutdown()
    """

    def __init__(self, store: Store, *, threads: int = 1) -> None:
        self._store = store
        self._waiting: SimpleQueue[_Job | None] = SimpleQueue()
        self._threads = [threading.Thread(target=self._work, name="store", daemon=True) for _ in range(threads)]
        for thread in self._threads:
            thread.start()

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Put a job in the queue."""
        job = _Job(lambda: work(*arguments, **named))
        self._waiting.put(job)
        return job.future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more; what is in the queue is done first."""
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads if wait else ():
            thread.join()

    def _work(self) -> None:
        is_open, latest = True, -PACE
        while is_open:
            jobs = [self._waiting.get()]
            sleep(max(0.0, latest + PACE - monotonic()))
            latest = monotonic()
            try:
                while jobs[-1] is not None and len(jobs) < MOST_TOGETHER:
                    jobs.append(self._waiting.get_nowait())
            except Empty:
                pass
            is_open = jobs[-1] is not None
            self._do([job for job in jobs if job is not None and job.future.set_running_or_notify_cancel()])

    def _do(self, jobs: list[_Job]) -> None:
        refused = self._done_together(jobs)
        if refused is not None and len(jobs) > 1:
            # all is undone; one by one it is known whose it was, until the database is seen to refuse anyone
            refused = None
            for job in jobs:
                refused = refused or self._done_alone(job)
                job.error = job.error or refused
        elif refused is not None:
            jobs[0].error = jobs[0].error or refused
        for job in jobs:
            job.hand_out()

    def _done_alone(self, job: _Job) -> KunskapError | None:
        """Do one; what the database refused, unless what was wrong was the job's own."""
        refused = self._done_together([job])
        is_own = job.error is not None and not isinstance(job.error, KunskapError)
        return None if is_own else refused

    def _done_together(self, jobs: list[_Job]) -> KunskapError | None:
        """Do them in one transaction; what the database refused, if it did, and then nothing is kept."""
        try:
            with together(self._store) as transaction:
                for job in jobs:
                    job.do()
                    if transaction.problem is not None:
                        break
        except KunskapError as error:
            return error
        if transaction.problem is None:
            return None
        return KunskapError([fault("STORE-04", self._store.name, problem=transaction.problem)])


class _Job:
    """Something to do, and what came of it."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self.work = work
        self.future: Future[Any] = Future()
        self.result: Any = None
        self.error: BaseException | None = None

    def do(self) -> None:
        """Do it, and keep what came of it until it is on the disk."""
        self.result, self.error = None, None
        try:
            self.result = self.work()
        except BaseException as error:
            self.error = error

    def hand_out(self) -> None:
        """Tell the one who waits."""
        if self.error is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.error)

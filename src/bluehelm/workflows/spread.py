"""How is the same work done here, on this machine's cores, or on other machines, with the same answer?

An item's answer may depend on what is shared and on the item, never on where or beside which others it is computed.
Then cutting the work differently, or losing a machine in the middle, changes no byte.

A remote scheduler and its workers need the same bluehelm as this process. They run what they are sent: use one only on
a network that you trust.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from bluehelm.language import _

if TYPE_CHECKING:
    from distributed import Client

Item = TypeVar("Item")
Shared = TypeVar("Shared")
Answer = TypeVar("Answer")

ADDRESS = re.compile(r"(tcp|tls)://\S+:\d+")
PATIENCE = "20s"  # so long a scheduler may take to answer
ATTEMPTS = 3  # what a lost worker held is sent again so often


class ClusterError(Exception):
    """A cluster that cannot be used; `next_step` says what to do."""

    def __init__(self, what: str, next_step: str) -> None:
        super().__init__(what)
        self.what = what
        self.next_step = next_step


def spread(
    function: Callable[[Shared, Item], Answer],
    items: Sequence[Item],
    cluster: str | None = None,
    *,
    shared: Shared,
) -> Iterator[tuple[int, Answer]]:
    """The place of each item with `function(shared, item)`, as answers come.

    `cluster` is None (in this process, in order), "local" (a process for each core) or the address of a Dask scheduler,
    "tcp://host:port". Raises ClusterError when there is no such cluster or it lost its workers too often.
    """
    if cluster is None:
        yield from ((place, function(shared, item)) for place, item in enumerate(items))
        return
    try:
        with _client(cluster) as client:
            yield from _on_workers(client, function, items, shared)
    except OSError as error:
        raise ClusterError(
            _("The cluster {cluster} was lost: {error}", cluster=cluster, error=error),
            _("Look at its logs; what is finished is kept."),
        ) from error


def _on_workers(
    client: "Client", function: Callable[[Shared, Item], Answer], items: Sequence[Item], shared: Shared
) -> Iterator[tuple[int, Answer]]:
    from distributed import as_completed

    waiting = dict(enumerate(items))
    for _round in range(ATTEMPTS):
        held = client.scatter(shared, broadcast=True, hash=False)
        futures = {client.submit(function, held, item, pure=False): place for place, item in waiting.items()}
        for future in as_completed(futures):
            if future.status == "error" and not _is_loss(future):
                future.result()  # what the function raised
            if future.status == "finished":
                yield futures[future], future.result()
                waiting.pop(futures[future])
                future.release()
        if not waiting:
            return
    raise ClusterError(
        _("Workers were lost {attempts} times.", attempts=ATTEMPTS), _("Look at their logs; what is finished is kept.")
    )


def _is_loss(future: Any) -> bool:
    """Was this the death of workers, and no fault of the function?"""
    from distributed.scheduler import KilledWorker

    return isinstance(future.exception(), KilledWorker)


@contextmanager
def _client(cluster: str) -> Iterator["Client"]:
    try:
        from distributed import Client, LocalCluster
    except ModuleNotFoundError:
        raise ClusterError(_("A cluster needs the extra `cluster`."), "pip install 'bluehelm[cluster]'.") from None
    if cluster == "local":
        try:
            workers = LocalCluster(n_workers=os.cpu_count(), threads_per_worker=1, dashboard_address=None)
        except RuntimeError as error:
            raise ClusterError(_("No worker started: {error}", error=error), _("Run it without --cluster.")) from error
        with workers, Client(workers) as client:
            yield client
        return
    if not ADDRESS.fullmatch(cluster):
        raise ClusterError(
            _("{cluster!r} is no address of a scheduler.", cluster=cluster), _("Write local, or tcp://host:port.")
        )
    try:
        client = Client(cluster, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise ClusterError(
            _("No scheduler answers at {cluster}: {error}", cluster=cluster, error=error),
            _("Start one: dask scheduler."),
        ) from None
    with client:
        _same_versions(client)
        yield client


def _same_versions(client: "Client") -> None:
    try:
        client.get_versions(check=True)
    except ValueError as error:
        raise ClusterError(
            _("The cluster has other versions of packages: {error}", error=error),
            _("Install the same ones everywhere."),
        ) from None

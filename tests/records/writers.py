"""Writers as the application has them: each raises findings, which is a record, its evidence and its audit entry.

python -m tests.records.writers at-once THREADS EACH     20 threads and more write, each so many; says what it wrote
python -m tests.records.writers serve PORT               the application itself behind a threaded server
"""

import os
import socketserver
import sys
import threading
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import django


def raise_one(actor, title: str) -> int:
    from bluehelm.disclosure import Label, Marking
    from bluehelm.spine import RecordRef
    from bluehelm.web.findings import actions

    texts = actions.Texts(title, "Seen from the road.", "protection", "high", "moderate", "UNSYM")
    label = Label(Marking.UNCLASSIFIED, frozenset({"mission:UNSYM"}))
    return actions.raise_finding(texts=texts, evidence=(RecordRef("document", "D"),), label=label, by=actor).pk


def at_once(threads: int, each: int) -> None:
    """Print one line a write that was acknowledged, and one that begins with ERROR for each that was not."""
    from django.db import connection

    from bluehelm.web.posts.acting import actor_for_command

    actor, gate, told = actor_for_command("sym-jmac"), threading.Barrier(threads), threading.Lock()

    def write(writer: int) -> None:
        gate.wait()
        for number in range(each):
            try:
                said = f"{raise_one(actor, f'{os.getpid()}-{writer}-{number}')}"
            except Exception as error:
                said = f"ERROR {type(error).__name__} {error}".splitlines()[0]
            with told:
                print(said, flush=True)
        connection.close()

    running = [threading.Thread(target=write, args=(writer,)) for writer in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


class Quiet(WSGIRequestHandler):
    def log_message(self, *_given) -> None:
        pass


class Threaded(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


def serve_until_killed(port: int) -> None:
    """Load the application once; for each line that comes in, fork a server and say its number; it is killed."""
    from django.db import connections
    from django.test import Client

    from bluehelm.web.wsgi import application

    warm = Client(headers={"cookie": f"sessionid={os.environ['TEST_SESSION']}"})
    assert warm.get("/findings/new/", headers={"host": "127.0.0.1"}).status_code == 200  # all is loaded before any fork
    connections.close_all()
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            server = Threaded(("127.0.0.1", port), Quiet)
            server.set_app(application)
            print(os.getpid(), flush=True)
            server.serve_forever()
        os.waitpid(child, 0)


if __name__ == "__main__":
    django.setup()
    how, *numbers = sys.argv[1:]
    {"at-once": at_once, "serve": serve_until_killed}[how](*map(int, numbers))

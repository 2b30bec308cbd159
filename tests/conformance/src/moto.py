"""moto, one request at a time, because its stores are not made for several.

Prints where it answers, and ends when its standard input does: then whoever started it is gone.
"""

import logging
import os
import sys
import threading

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server


class OneAtATime:
    def __init__(self, app):
        self.app = app
        self.turn = threading.Lock()

    def __call__(self, environ, start_response):
        with self.turn:
            return list(self.app(environ, start_response))


def end_with_input():
    sys.stdin.read()
    os._exit(0)


logging.getLogger("werkzeug").setLevel(logging.ERROR)
app = OneAtATime(DomainDispatcherApplication(create_backend_app))
server = make_server(
    "127.0.0.1", 0, app, threaded=True, request_handler=MotoRequestHandler
)
os.environ["MOTO_PORT"] = str(server.server_port)
threading.Thread(target=end_with_input, daemon=True).start()
print(f"http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()

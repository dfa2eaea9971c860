"""What the command line asks of a cluster, in little, over real sockets.

A "pod" that listens is a TCP server of the test; the API server's websocket leads to it, framed as
a kubelet does.
"""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from kubernetes.client import Configuration

from crosstrial.client.outside import SECRET
from crosstrial.executor.kubernetes.api import Api
from crosstrial.executor.kubernetes.connect import client_of

Json = dict[str, Any]
NAMESPACE = "control"
TRIALS = "trials"
SERVICE = "store"
PORT = 27017
URI = f"mongodb://me:s%40cret@store.control.svc:{PORT}/db"
WEBSOCKET = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
BINARY, CLOSE, PING = 2, 8, 9

SECRET_PATH = f"/api/v1/namespaces/{NAMESPACE}/secrets/{SECRET}"
SLICES_PATH = f"/apis/discovery.k8s.io/v1/namespaces/{NAMESPACE}/endpointslices"
DEPLOYMENTS_PATH = f"/apis/apps/v1/namespaces/{NAMESPACE}/deployments"
PODS_PATH = f"/api/v1/namespaces/{TRIALS}/pods"


class FakeCluster:
    """What is there, and what tests change of it."""

    def __init__(self) -> None:
        self.objects: dict[str, Json] = {}
        self.refused: dict[str, int] = {}  # path -> status
        self.logs: dict[str, list[str]] = {}  # pod -> lines
        self.printing: dict[str, threading.Event] = {}  # set once a pod's container has ended
        self.pods: dict[str, int] = {}  # pod -> where it really listens
        self.asked_for_pods = 0
        self.logs_read = 0
        handler = type("Handler", (_Handler,), {"state": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def api(self, **options: Any) -> Api:
        return Api(client_of(Configuration(host=self.url)), **options)

    def kubeconfig(self) -> str:
        """A kubeconfig for it, with the context `here`."""
        return json.dumps(
            {
                "clusters": [{"name": "one", "cluster": {"server": self.url}}],
                "users": [{"name": "me", "user": {"token": "secret"}}],
                "contexts": [{"name": "here", "context": {"cluster": "one", "user": "me"}}],
                "current-context": "here",
            }
        )

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def install(self, **secret: str) -> None:
        """Put the Secret there."""
        kept = {"uri": URI, "service": SERVICE, "port": str(PORT), "trials": TRIALS, **secret}
        data = {key: base64.b64encode(value.encode()).decode() for key, value in kept.items()}
        self.objects[SECRET_PATH] = {"data": data}

    def serve(self, *pods: str, ready: bool = True) -> None:
        """Have these pods, and no others, behind the Service."""
        endpoints = [
            {"targetRef": {"kind": "Pod", "name": pod}, "conditions": {"ready": ready}}
            for pod in pods
        ]
        ports = [{"name": "mongodb", "port": PORT}]
        self.objects[SLICES_PATH] = {"items": [{"ports": ports, "endpoints": endpoints}]}

    def deploy(self, available: int) -> None:
        """Have a controller with so many pods."""
        self.objects[DEPLOYMENTS_PATH] = {"items": [{"status": {"availableReplicas": available}}]}

    def print(self, pod: str, *lines: str, ended: bool = True) -> None:
        """Have a batch's pod that has printed lines."""
        metadata = {"name": pod, "creationTimestamp": "2026-03-04T05:06:07Z"}
        self.objects[PODS_PATH] = {"items": [{"metadata": metadata}]}
        self.logs[pod] = list(lines)
        self.printing[pod] = threading.Event()
        if ended:
            self.printing[pod].set()


class _Handler(BaseHTTPRequestHandler):
    state: FakeCluster
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments: Any) -> None:
        pass

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        pod, _, what = parts.path.rpartition("/")
        name = pod.rpartition("/")[2]
        self.state.asked_for_pods += parts.path == PODS_PATH
        if parts.path in self.state.refused:
            self._fail(self.state.refused[parts.path], f"{parts.path} is refused")
        elif what == "portforward":
            self._forward(name)
        elif what == "log":
            self._log(name, follow="follow" in parse_qs(parts.query))
        elif parts.path in self.state.objects:
            self._send(200, json.dumps(self.state.objects[parts.path]).encode())
        else:
            self._fail(404, f"{what} not found")

    def do_POST(self) -> None:
        """Make what is sent, under its name."""
        path = urlsplit(self.path).path
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if path in self.state.refused:
            self._fail(self.state.refused[path], f"{path} is refused")
            return
        body["metadata"]["uid"] = "made-here"
        self.state.objects[f"{path}/{body['metadata']['name']}"] = body
        self._send(201, json.dumps(body).encode())

    def do_DELETE(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        found = self.state.objects.pop(urlsplit(self.path).path)
        self._send(200, json.dumps(found).encode())

    def _fail(self, code: int, message: str) -> None:
        told = {"kind": "Status", "code": code, "message": message}
        self._send(code, json.dumps(told).encode())

    def _send(self, code: int, body: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _log(self, pod: str, *, follow: bool) -> None:
        if pod not in self.state.logs:
            self._fail(400, "container is waiting to start: ContainerCreating")
            return
        if not follow:
            self._send(200, "".join(self.state.logs[pod]).encode())
            return
        self.close_connection = True
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        written = 0
        while True:
            ended = self.state.printing[pod].wait(0.01)
            fresh = self.state.logs[pod][written:]
            if fresh:
                self._chunk("".join(fresh).encode())
                written += len(fresh)
            if ended:
                self._chunk(b"")
                self.state.logs_read += 1
                return

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
        self.wfile.flush()

    # A port forward.

    def _forward(self, pod: str) -> None:
        if pod not in self.state.pods:
            self._fail(404, f'pods "{pod}" not found')
            return
        self.close_connection = True
        key = self.headers["Sec-WebSocket-Key"] + WEBSOCKET
        accepted = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", accepted)
        self.send_header("Sec-WebSocket-Protocol", "v4.channel.k8s.io")
        self.end_headers()
        for channel in (0, 1):
            self._say(channel, struct.pack("<H", PORT))
        try:
            port = socket.create_connection(("127.0.0.1", self.state.pods[pod]))
        except ConnectionRefusedError:
            self._say(1, b"connection refused inside the pod")
            return
        with port:
            back = threading.Thread(target=self._bring_back, args=(port,))
            back.start()
            self._take_there(port)
            port.shutdown(socket.SHUT_RDWR)
            back.join()

    def _say(self, channel: int, data: bytes) -> None:
        self._frame(BINARY, bytes([channel]) + data)

    def _frame(self, kind: int, data: bytes) -> None:
        head = bytes([0x80 | kind]) + (
            bytes([len(data)]) if len(data) < 126 else b"\x7f" + struct.pack(">Q", len(data))
        )
        self.wfile.write(head + data)
        self.wfile.flush()

    def _bring_back(self, port: socket.socket) -> None:
        try:
            # As servers do now and then: it must not stop what is on its way.
            self._frame(PING, b"")
            while data := port.recv(1 << 16):
                self._say(0, data)
            self._frame(CLOSE, b"")
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # one end is gone

    def _take_there(self, port: socket.socket) -> None:
        while head := self.rfile.read(2):
            kind, length = head[0] & 0x0F, head[1] & 0x7F
            if length > 125:
                size = 2 if length == 126 else 8
                length = int.from_bytes(self.rfile.read(size))
            mask, data = self.rfile.read(4), self.rfile.read(length)
            if kind == CLOSE:
                return
            plain = bytes(byte ^ mask[i % 4] for i, byte in enumerate(data))
            if kind == BINARY:
                try:
                    port.sendall(plain[1:])
                except OSError:
                    return  # the pod is gone


class _Echo(BaseRequestHandler):
    name: bytes

    def handle(self) -> None:
        while data := self.request.recv(1 << 16):
            self.request.sendall(self.name + data)


class Pod(ThreadingTCPServer):
    """A TCP server that sends back what it gets, after its name."""

    daemon_threads = True

    def __init__(self, name: str = "") -> None:
        super().__init__(("127.0.0.1", 0), type("Echo", (_Echo,), {"name": name.encode()}))
        self.connections: list[socket.socket] = []
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections.append(request)
        super().process_request(request, client_address)

    def kill(self) -> None:
        """Hang up on everybody, and listen no more."""
        self.shutdown()
        self.server_close()
        self._thread.join()
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it has ended already


@contextmanager
def fake_cluster() -> Iterator[FakeCluster]:
    """A cluster for one test, with crosstrial installed and no pod."""
    cluster = FakeCluster()
    cluster.install()
    cluster.serve()
    try:
        yield cluster
    finally:
        cluster.close()


@contextmanager
def a_pod(name: str = "") -> Iterator[Pod]:
    """A pod for one test."""
    pod = Pod(name)
    try:
        yield pod
    finally:
        pod.kill()

"""What a server may do to the real program: hang, send far too much, unpack to far too much, show a certificate that is
another's or has expired, send on to plain http. Each is refused with a sentence, and with the status of a remote that
failed.

    refusal_test.py PLUMBLINE
"""

import http.server
import json
import os
import resource
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import zlib

REMOTE_FAILED = 4
SECONDS_MAX = 200
HUGE_BYTES = 2 * 1000 * 1000 * 1000
PIECE_BYTES = 1 << 20
# The program takes 64 MiB of such a reply; sockets hold some more on their way.
SENT_BYTES_MAX = 96 << 20
MEMORY_KILOBYTES_MAX = 200 * 1024
OBJECT = "Opportunity"


def demand(holds, what):
    if not holds:
        raise SystemExit(f"refusal_test: {what}")


class Server(http.server.ThreadingHTTPServer):
    """Logs anybody in; whatever else is asked is answered by `answer`."""

    daemon_threads = True

    def __init__(self, answer, certificate=None):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.sent = 0
        self.asked = 0
        self.scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)
            self.scheme = "https"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def address(self):
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request, client_address):
        """Who hangs up is what this test is about."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format, *args):
        """Nobody reads it."""

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        token = {"access_token": "00D!ABC", "instance_url": self.server.address(), "token_type": "Bearer"}
        self.reply(200, {"Content-Type": "application/json"}, json.dumps(token).encode())

    def do_GET(self):
        self.server.asked += 1
        self.server.answer(self)

    def head(self, status, headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def reply(self, status, headers, body):
        self.head(status, {**headers, "Content-Length": str(len(body))})
        self.wfile.write(body)
        self.server.sent += len(body)


def hang(handler):
    # Until the other side has enough of it.
    handler.connection.settimeout(SECONDS_MAX)
    handler.rfile.read(1)


def send_huge(handler, before, after):
    piece = b" " * PIECE_BYTES
    for _ in range(HUGE_BYTES // PIECE_BYTES):
        handler.wfile.write(before + piece + after)
        handler.server.sent += len(piece)


def declare_huge(handler):
    handler.head(200, {"Content-Type": "application/json", "Content-Length": str(HUGE_BYTES)})
    send_huge(handler, b"", b"")


def stream_huge(handler):
    handler.head(200, {"Content-Type": "application/json", "Transfer-Encoding": "chunked"})
    send_huge(handler, f"{PIECE_BYTES:x}\r\n".encode(), b"\r\n")


def gzip_bomb():
    """Two gigabytes in some two megabytes."""
    packer = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    piece = b" " * PIECE_BYTES
    return b"".join(packer.compress(piece) for _ in range(HUGE_BYTES // PIECE_BYTES)) + packer.flush()


def explode(bomb):
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    return lambda handler: handler.reply(200, headers, bomb)


def send_on(address):
    return lambda handler: handler.reply(302, {"Location": address}, b"")


class Certificates:
    """An authority of our own, and what it signs."""

    def __init__(self, folder):
        self.folder = folder
        self.authority = self.path("ca.pem")
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.path("ca.key"), "-out",
                     self.authority, "-days", "2", "-subj", "/CN=An authority")

    def path(self, name):
        return os.path.join(self.folder, name)

    def openssl(self, *words):
        done = subprocess.run(["openssl", *words], capture_output=True, text=True, check=False)
        demand(done.returncode == 0, f"openssl {words[0]} ended with {done.returncode}: {done.stderr}")

    def issue(self, name, *, alternative, days):
        key, request, certificate, extensions = (self.path(name + end) for end in (".key", ".csr", ".pem", ".ext"))
        with open(extensions, "w", encoding="ascii") as file:
            file.write(f"subjectAltName={alternative}\n")
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", request, "-subj", f"/CN={name}")
        self.openssl("x509", "-req", "-in", request, "-CA", self.authority, "-CAkey", self.path("ca.key"),
                     "-CAcreateserial", "-out", certificate, "-days", str(days), "-extfile", extensions)
        return certificate, key


class Program:
    def __init__(self, plumbline, certificates):
        self.plumbline = plumbline
        self.certificates = certificates
        self.secret = certificates.path("secret")
        with open(self.secret, "w", encoding="ascii") as file:
            file.write("an app's secret")
        os.chmod(self.secret, 0o600)

    def sync(self, address):
        """What it says when it asks what answers at the address."""
        with tempfile.TemporaryDirectory(prefix="plumbline-refusal-") as folder:
            configuration = os.path.join(folder, "plumbline.yaml")
            with open(configuration, "w", encoding="utf-8") as file:
                file.write(
                    f"ledger: {{file: {os.path.join(folder, 'sales.ledger')}}}\n"
                    "sources:\n"
                    "  salesforce:\n"
                    f"    objects: [{OBJECT}]\n"
                    "    login:\n"
                    "      kind: client_credentials\n"
                    f"      url: {address}\n"
                    "      client_id: an-app\n"
                    f"      secret_file: {self.secret}\n"
                    "  http:\n"
                    f"    ca_file: {self.certificates.authority}\n"
                    "    total_time: 2 seconds\n"
                )
            words = [self.plumbline, "sync", "--once", "--config", configuration]
            done = subprocess.run(words, capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
        return done.returncode, " ".join((done.stdout + done.stderr).split())


def refuse(name, program, server, sentence, address=None):
    """Ends with the status of a remote that failed, and says so."""
    status, said = program.sync(address or server.address())
    demand(status == REMOTE_FAILED, f"{name}: ended with {status} and not with {REMOTE_FAILED}: {said}")
    demand(sentence in said, f"{name}: it does not say {sentence!r}, but: {said}")
    demand(server.sent <= SENT_BYTES_MAX, f"{name}: {server.sent} bytes were taken in {server.asked} replies: {said}")
    server.shutdown()
    print(f"{name}: {said}")


def main():
    with tempfile.TemporaryDirectory(prefix="plumbline-refusals-") as folder:
        certificates = Certificates(folder)
        program = Program(sys.argv[1], certificates)
        good = certificates.issue("here", alternative="IP:127.0.0.1", days=1)
        another = certificates.issue("elsewhere", alternative="DNS:elsewhere.example", days=1)
        expired = certificates.issue("expired", alternative="IP:127.0.0.1", days=-1)
        refuse("a hung server", program, Server(hang), "did not answer within 2 s")
        refuse("2 GB, as declared", program, Server(declare_huge), "and was not read to its end")
        refuse("2 GB, without an end", program, Server(stream_huge), "and was not read to its end")
        refuse("a gzip bomb", program, Server(explode(gzip_bomb())), "and was not read to its end")
        refuse("a certificate for another name", program, Server(hang, another), "was made for another name")
        refuse("an expired certificate", program, Server(hang, expired), "has expired")
        plain = Server(hang)
        refuse("a redirect to http", program, Server(send_on(plain.address() + "/"), good), "redirects are not followed")
        demand(plain.asked == 0, "the redirect to http was followed")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        demand(peak <= MEMORY_KILOBYTES_MAX, f"{peak} KiB of memory were used")
        print(f"peak memory {peak} KiB")


main()

"""The programs as they are: a sandbox with its controls, and the service that asks it."""

import json
import os
import signal
import socket
import subprocess
import urllib.request

SYNCED_OBJECTS = ["Opportunity", "Account", "User", "Task", "Event", "Lead", "OpportunityFieldHistory"]
DONE, REMOTE_FAILED = 0, 4
SYNC_SECONDS_MAX = 1200
STOP_SECONDS_MAX = 90
ASK_SECONDS_MAX = 300

# Whatever proxy the environment names has no business here.
LOOPBACK = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Failed(Exception):
    """What was to be shown is not so."""


def demand(holds, what):
    if not holds:
        raise Failed(what)


def find_program(build, name):
    """Of a build folder, or of a folder that holds nothing but the programs."""
    for place in ("daemon", "sandbox", "."):
        path = os.path.join(build, place, name)
        if os.access(path, os.X_OK) and os.path.isfile(path):
            return os.path.abspath(path)
    raise Failed(f"there is no program {name} in {build}; build it first, or name another folder")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Sandbox:
    """A sandbox of its own, whose clock stands still until it is told to go."""

    def __init__(self, program, folder, *, seed, opportunities, options=()):
        words = [program, "--port", "0", "--seed", str(seed), "--opportunities", str(opportunities)]
        words += ["--speed", "0", "--keys", folder, *options]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        demand(line, "the sandbox did not start")
        self.place = json.loads(line)
        self.port = self.place["base_url"].rsplit(":", 1)[1]

    def text(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        with LOOPBACK.open(self.place["control_url"] + path, data=data, timeout=ASK_SECONDS_MAX) as reply:
            return reply.read().decode()

    def ask(self, path, body=None):
        return json.loads(self.text(path, body))

    def advance(self, seconds):
        self.ask("/clock", {"advance_seconds": int(seconds)})

    def end(self):
        self.process.terminate()
        demand(self.process.wait(timeout=STOP_SECONDS_MAX) == 0, "the sandbox did not end well")


def write_configuration(path, ledger, sandbox, *, objects, every="5 minutes", salesforce=(), lines=()):
    """`salesforce` has further lines of the source, `lines` of the configuration."""
    login = sandbox.place["salesforce"]
    text = [
        f"ledger: {{file: {ledger}}}",
        f"clock: sandbox://127.0.0.1:{sandbox.port}",
        *lines,
        "sources:",
        "  salesforce:",
        f"    every: {every}",
        f"    objects: [{', '.join(objects)}]",
        *(f"    {line}" for line in salesforce),
        "    login:",
        f"      url: {login['login_url']}",
        f"      client_id: {login['client_id']}",
        f"      username: {login['username']}",
        f"      key_file: {login['jwt_key_file']}",
    ]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(text) + "\n")


def run_plumbline(program, *words, expected=(DONE,), seconds=SYNC_SECONDS_MAX):
    done = subprocess.run([program, *words], capture_output=True, text=True, timeout=seconds, check=False)
    said = done.stdout + done.stderr
    demand(done.returncode in expected, f"plumbline {' '.join(words)} ended with {done.returncode}:\n{said}")
    return said


class Service:
    """`plumbline run`, started again where it is killed. Its log is one file throughout."""

    def __init__(self, program, configuration, log, health_port):
        self.program = program
        self.configuration = configuration
        self.log = log
        self.health_port = health_port
        self.process = None
        self.kills = 0

    def start(self):
        with open(self.log, "a", encoding="utf-8") as log:
            words = [self.program, "run", "--config", self.configuration]
            self.process = subprocess.Popen(words, stdout=log, stderr=subprocess.STDOUT)

    def kill(self):
        """As a loss of power would, and at once again."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.kills += 1
        self.start()

    def reload(self):
        # Before it answers it may not listen to signals yet.
        if self.metrics():
            self.process.send_signal(signal.SIGHUP)

    def demand_alive(self):
        demand(self.process.poll() is None, f"plumbline run ended with {self.process.returncode}; see {self.log}")

    def metrics(self):
        """By name with labels, as /metrics has them; nothing where nobody answers yet."""
        try:
            with LOOPBACK.open(f"http://127.0.0.1:{self.health_port}/metrics", timeout=ASK_SECONDS_MAX) as reply:
                lines = reply.read().decode().splitlines()
        except OSError:
            return {}
        pairs = (line.rsplit(" ", 1) for line in lines if line and not line.startswith("#"))
        return {name: float(value) for name, value in pairs}

    def stop(self):
        self.process.terminate()
        status = self.process.wait(timeout=STOP_SECONDS_MAX)
        demand(status == DONE, f"plumbline run ended with {status} when it was told to stop; see {self.log}")

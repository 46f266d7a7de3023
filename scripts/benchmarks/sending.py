"""`scripts/bench send` and `scripts/bench scale`."""
import itertools
import subprocess
import sys
import time

from mailing import BENCH, ISSUE, TIDINGS, Delay, Project, Sink, measure, medians, nodemailer

RTT = 0.020


def rate(sink, count):
    """Messages a second from the first to the last at the sink."""
    times = sink.times()
    (first, begun), (last, all_of_them) = times[0], times[-1]
    if all_of_them != count:
        sys.exit(f"the sink has {all_of_them} messages of {count}")
    return (all_of_them - begun) / (last - first)


class Race:
    """Senders in turns, each with what it takes: (messages/s at the sink, messages/s of the whole command, µs of its
    processors a message, those of the sink, MB)."""

    def __init__(self, sink, turns, count):
        self.sink, self.turns, self.count, self.results = sink, turns, count, {}

    def run(self, senders):
        for turn, (name, (command, folder, prepare)) in itertools.product(range(self.turns), senders.items()):
            prepare()
            self.sink.begin()
            before = self.sink.cpu()
            used = measure(command, folder)
            at_sink = rate(self.sink, self.count)
            each = 1e6 / self.count
            row = (at_sink, self.count / used.wall, used.cpu * each, (self.sink.cpu() - before) * each, used.memory)
            self.results.setdefault(name, []).append(row)
            print(f"  turn {turn + 1}: {name}: {at_sink:.0f}/s", file=sys.stderr)
        return {name: medians(self.results[name]) for name in senders}


def table(title, results, ours):
    print(f"\n{title}")
    print(f"{'':34}{'msg/s':>8}{'command':>9}{'µs cpu':>8}{'sink µs':>9}{'MB':>6}  tidings is")
    for name, (at_sink, whole, cpu, sink, memory) in results.items():
        ratio = results[ours][0] / at_sink
        print(f"{name:34}{at_sink:8.0f}{whole:9.0f}{cpu:8.0f}{sink:9.0f}{memory:6.0f}{ratio:8.2f}")


def source(port, connections, count, size):
    addresses = ["-f", "news@example.org", "-t", "reader@mail1.example.net"]
    return ["smtp-source", "-d", "-s", str(connections), "-m", str(count), "-l", str(size), *addresses, f"127.0.0.1:{port}"]


def send(arguments, words):
    project, sink, count = Project("send", words), Sink(), arguments.messages
    script = nodemailer()
    print(f"{count} messages of {project.size} octets, medians of {arguments.turns} runs in turns")
    print("msg/s: from the first to the last at smtp-sink; command: over the whole command; µs: a message")

    def ours():
        return [TIDINGS, "send", "weekly", "-q"], project.folder, project.back

    def pool(port, connections, count, *more):
        command = ["node", script, str(port), str(connections), str(count), project.folder, *more]
        return command, project.folder, lambda: None

    project.subscribe(count)
    project.keep()
    for connections in arguments.connections:
        project.configure(sink.port, connections)
        senders = {
            "tidings send": ours(),
            "smtp-source": (source(sink.port, connections, count, project.size), project.folder, lambda: None),
            "nodemailer's pool": pool(sink.port, connections, count),
            "nodemailer's pool, raw": pool(sink.port, connections, count, "raw"),
        }
        table(f"{connections} connections", Race(sink, arguments.turns, count).run(senders), "tidings send")
    signing(arguments, project, sink)
    if arguments.delayed:
        count = arguments.delayed
        project.subscribe(count)
        project.keep()
        delay = Delay(sink.port, RTT / 2)
        project.configure(delay.port, 1)
        senders = {"tidings send": ours(), "nodemailer's pool": pool(delay.port, 1, count)}
        title = f"1 connection with a round trip of {RTT * 1000:.0f} ms, {count} messages"
        table(title, Race(sink, arguments.turns, count).run(senders), "tidings send")
    sink.close()


def signing(arguments, project, sink):
    """What signing adds: the processors' time of a signed send beside an unsigned one and the signer alone."""
    project.configure(sink.port, 8, signed=True)
    subprocess.run(
        ["openssl", "genpkey", "-algorithm", "rsa", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "dkim.pem"],
        cwd=project.folder, check=True, stderr=subprocess.DEVNULL,
    )
    project.back()
    known = subprocess.run([TIDINGS, "send", "weekly", "--dry-run"], cwd=project.folder, capture_output=True)
    if known.returncode != 0:
        project.configure(sink.port, 8)
        print("\nsigned: not measured, for this tidings does not take [mail.dkim]")
        return

    def prepared(signed):
        def prepare():
            project.back()
            project.configure(sink.port, 8, signed)
        return [TIDINGS, "send", "weekly", "-q"], project.folder, prepare

    senders = {"unsigned": prepared(False), "signed, RSA 2048": prepared(True)}
    results = Race(sink, arguments.turns, arguments.messages).run(senders)
    project.configure(sink.port, 8)
    table("8 connections, signed and not", results, "signed, RSA 2048")
    unsigned, signed = results["unsigned"][2], results["signed, RSA 2048"][2]
    alone = signer_alone()
    print(f"signer alone {alone:.0f} µs: signed send is {signed / (alone + unsigned):.2f} × (signer + unsigned send)")


def signer_alone():
    """µs of one RSA signature, by `cargo bench`."""
    command = ["cargo", "bench", "--quiet", "--bench", "stages", "--", "sign_with_rsa_alone"]
    printed = subprocess.run(command, cwd=BENCH.parent.parent, check=True, capture_output=True, text=True).stdout
    row = next(line for line in printed.splitlines() if "sign_with_rsa_alone" in line)
    number, unit = row.split("│")[2].split()
    return float(number) * {"ns": 0.001, "µs": 1, "ms": 1000}[unit]


def scale(arguments, words):
    count = arguments.subscribers
    project, sink = Project("scale", words), Sink()
    print(f"{count} subscribers, {project.size} octets, {arguments.connections} connections")
    project.configure(sink.port, arguments.connections)
    tell("list import", project.subscribe(count))
    before = size(project)
    print(f"{'store: a subscriber':34}{before / count:9.0f} octets")

    sink.begin()
    began = time.perf_counter()
    used = measure([TIDINGS, "send", "weekly", "-q"], project.folder)
    tell("send", used)
    times = sink.times()
    first = times[0][0] - began
    print(f"{'first message after':34}{first:9.3f} s   (at most 2)")
    part = min(10_000, count // 10)
    early, late = pace(times, 0, part), pace(times, count - part, count)
    print(f"{f'rate of the first and last {part}':34}{early:9.0f}{late:9.0f} messages/s, {late / early:.3f}")
    print(f"{'rate over all':34}{pace(times, 0, count):9.0f} messages/s")
    print(f"{'store: a delivery':34}{(size(project) - before) / count:9.0f} octets")
    for command in (
        ["status"],
        ["status", ISSUE],
        ["status", ISSUE, "--recipients", "--format", "json"],
        ["status", ISSUE, "--recipients", "--state", "rejected"],
        ["list", "export", "main"],
        ["list", "lists"],
        ["retry", ISSUE, "--rejected"],
        ["store", "check"],
    ):
        tell(" ".join(command), measure([TIDINGS, *command], project.folder))
    sink.close()


def pace(times, low, high):
    """Messages a second between the `low`th and the `high`th."""
    part = [(at, count) for at, count in times if low <= count <= high]
    return (part[-1][1] - part[0][1]) / (part[-1][0] - part[0][0])


def size(project):
    return sum(path.stat().st_size for path in project.folder.glob("tidings.db*"))


def tell(name, used):
    print(f"{name:34}{used.wall:9.2f} s wall{used.cpu:9.2f} s cpu{used.memory:8.0f} MB", flush=True)


def add_verbs(verbs):
    verb = verbs.add_parser("send")
    verb.add_argument("--messages", type=int, default=20_000)
    verb.add_argument("--turns", type=int, default=5)
    verb.add_argument("--connections", type=int, nargs="*", default=[1, 8, 32])
    verb.add_argument("--delayed", type=int, default=500, help="messages through the delay; 0 is none")
    verb.set_defaults(do=send)
    verb = verbs.add_parser("scale")
    verb.add_argument("--subscribers", type=int, default=1_000_000)
    verb.add_argument("--connections", type=int, default=8)
    verb.set_defaults(do=scale)

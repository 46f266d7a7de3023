"""A project to send from, and the program that is drilled."""
import collections
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ISSUE = "weekly@2026-01-14"
NOW = "2026-01-14T14:00:00Z"
CONFIG = """
[site]
title = "Drill"
url = "https://news.example.org/"
content = ["content"]
timezone = "America/New_York"

[mail]
from = "Drill <news@example.org>"
reply_to = "editor@example.org"
postal_address = "1 Main St, Springfield"
smtp = "smtp://127.0.0.1:{port}?tls=none"
{mail}

[store]
url = "sqlite:{store}"

[lists.main]
title = "Drill"
id = "main.news.example.org"
reason = "You asked for it."

[digests.weekly]
title = "The week"
subject = "{{{{ digest.title }}}}"
tags.any = ["drill"]
"""
STORY = """---
title: "Story number {number}"
date: 2026-01-13
summary: "What story {number} is about, in a sentence that takes a line or two of a mail, so that it has some length."
link: 'https://www.example.com/{number}'
tags:
- 'drill'
---
<p>The body of story {number}.</p>
"""

Ended = collections.namedtuple("Ended", "code stdout stderr seconds")


def program(given):
    """The program to drill: the one given, else the release build, made if it is missing."""
    if given:
        return pathlib.Path(given).resolve()
    built = ROOT / "target" / "release" / "tidings"
    if not built.exists():
        subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=ROOT, check=True)
    return built


def folder(name):
    """A fresh folder for a drill."""
    parent = pathlib.Path(os.environ.get("DRILL_FOLDER", ROOT / "target" / "drill"))
    parent.mkdir(parents=True, exist_ok=True)
    return pathlib.Path(tempfile.mkdtemp(prefix=f"{name}-", dir=parent))


class Site:
    """A project in a folder of its own."""

    def __init__(self, binary, folder, port=9, store="tidings.db", env=(), **mail):
        self.binary, self.folder, self.store, self.env = binary, pathlib.Path(folder), store, dict(env)
        self.mail = mail
        self.through(port)

    @classmethod
    def made(cls, binary, folder, subscribers, stories=3, **settings):
        """A new one, with articles and subscribers reader0@example.net, reader1@example.net, …"""
        content = pathlib.Path(folder) / "content"
        content.mkdir(parents=True)
        for number in range(stories):
            (content / f"{number}.md").write_text(STORY.format(number=number))
        site = cls(binary, folder, **settings)
        people = "".join(f"reader{number}@example.net,Reader {number}\n" for number in range(subscribers))
        (site.folder / "people.csv").write_text("email,name\n" + people)
        imported = site.run("list", "import", "main", "people.csv")
        if imported.code != 0:
            raise SystemExit(f"the subscribers could not be imported: {imported.stderr}")
        return site

    def copied(self, folder, port):
        """The same in another folder, through another server."""
        shutil.copytree(self.folder, folder)
        return Site(self.binary, folder, port, self.store, self.env, **self.mail)

    def through(self, port, **mail):
        """Writes config.toml: to deliver to `port` on loopback, with settings of [mail]."""
        self.mail |= mail
        written = "\n".join(f"{key} = {json.dumps(value)}" for key, value in self.mail.items() if value is not None)
        config = CONFIG.format(port=port, store=self.store, mail=written)
        (self.folder / "config.toml").write_text(config)

    @property
    def database(self):
        return self.folder / self.store

    def start(self, *arguments, before=None):
        """Starts the program; its standard error goes to a file, for nobody reads it meanwhile."""
        self.errors = open(self.folder / "stderr", "w+b")
        return subprocess.Popen(
            [self.binary, *arguments],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder), "NO_COLOR": "1", "TIDINGS_NOW": NOW, **self.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self.errors,
            preexec_fn=before,
        )

    def said(self):
        """What the program that was last started has said on standard error."""
        self.errors.seek(0)
        return self.errors.read().decode("utf-8", "replace")

    def run(self, *arguments, timeout=180.0):
        began = time.monotonic()
        try:
            ended = subprocess.run(
                [self.binary, *arguments],
                cwd=self.folder,
                env={"PATH": os.environ["PATH"], "HOME": str(self.folder), "NO_COLOR": "1", "TIDINGS_NOW": NOW, **self.env},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=timeout,
            )
        except subprocess.TimeoutExpired as late:
            stderr = (late.stderr or b"").decode("utf-8", "replace")
            return Ended(None, "", f"{stderr}\nit hangs: ended after {timeout:.0f} s", timeout)
        return Ended(ended.returncode, ended.stdout, ended.stderr, time.monotonic() - began)

    def rows(self):
        """The ledger: each recipient's row, if the issue was started."""
        told = self.run("status", ISSUE, "--recipients", "--format", "json")
        lines = map(json.loads, told.stdout.splitlines() if told.code == 0 else ())
        return {line["address"]: line for line in lines}

    def status(self):
        """What `status` says of the issue, if it was started."""
        told = self.run("status", "--format", "json")
        if told.code != 0:
            raise RuntimeError(f"status failed: {told.stderr}")
        lines = map(json.loads, told.stdout.splitlines())
        return next((line for line in lines if line["issue"] == ISSUE), None)

    def faults(self):
        """What `store check` finds."""
        told = self.run("store", "check")
        return [] if (told.code, told.stdout) == (0, "") else [f"store check: {told.stdout or told.stderr}".strip()]


def kill(process, number=signal.SIGKILL):
    """Ends a process, if it has not ended by itself; whether it had not."""
    ran = process.poll() is None
    if ran:
        process.send_signal(number)
        process.wait()
    return ran

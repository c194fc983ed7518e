"""Runs what is in this folder: `python3 test.py [/path/to/pavane]`.

240 frames of a patch with state in four shards, joined, have the bytes that one machine gives. What is not installed is skipped,
and says so; with PAVANE_REQUIRE_FARM in the environment that is a failure, but for Ray, which is large.
"""

import contextlib
import getpass
import importlib.util
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
PATCH = "examples:murmuration"
FRAMES = "0s..4s"
OPTIONS = ["--size", "480x270", "--fps", "60"]
SHARDS = 4
WAIT = 240


def needs(is_there, what, is_required=True):
    """Skips a test, or where everything has to be there, fails it."""
    if not is_there:
        if is_required and os.environ.get("PAVANE_REQUIRE_FARM"):
            raise AssertionError(f"{what} is not installed")
        raise unittest.SkipTest(f"{what} is not installed")


def command(*arguments, **more):
    done = subprocess.run([str(a) for a in arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)
    if done.returncode != 0:
        raise AssertionError(f"{arguments}: exit code {done.returncode}\n{done.stdout}")
    return done.stdout


def wait_for(what, is_so, seen=lambda: ""):
    end = time.monotonic() + WAIT
    while not is_so():
        if time.monotonic() > end:
            raise AssertionError(f"waited {WAIT} s for {what}\n{seen()}")
        time.sleep(0.05)


class Farm(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.root = pathlib.Path(tempfile.mkdtemp(prefix="pavane-farm-"))
        cls.addClassCleanup(shutil.rmtree, cls.root, ignore_errors=True)
        cls.direct = cls.root / "direct.gif"
        command("pavane", "render", PATCH, "-o", cls.direct, "--frames", FRAMES, *OPTIONS)

    def same(self, clip):
        self.assertEqual(clip.read_bytes(), self.direct.read_bytes(), "the joined clip is another one")

    def python(self, script, out):
        command(
            sys.executable, HERE / script, PATCH, FRAMES, SHARDS, out, self.root / f"{script}.gif", *OPTIONS,
            cwd=self.root, timeout=WAIT,
        )
        self.same(self.root / f"{script}.gif")

    def test_dask(self):
        needs(importlib.util.find_spec("distributed"), "dask (pip install 'dask[distributed]')")
        self.python("dask_farm.py", self.root / "dask")

    def test_ray(self):
        needs(importlib.util.find_spec("ray"), "ray (pip install ray)", is_required=False)
        self.python("ray_farm.py", self.root / "ray")

    def test_a_wrong_patch_is_not_tried_again(self):
        sys.path.insert(0, str(HERE))
        self.addCleanup(sys.path.remove, str(HERE))
        import shards

        with self.assertRaises(shards.Wrong):
            shards.render("examples:no_such_patch", self.root / "wrong", FRAMES, 0, SHARDS)
        # A shard that was not rendered has no file of hashes, which is an argument that names no file.
        shards.render(PATCH, self.root / "one", "0..8", 0, 2, OPTIONS)
        shards.render(PATCH, self.root / "one", "0..8", 1, 2, OPTIONS)
        (self.root / "one" / "frame_00003.png").unlink()
        with self.assertRaisesRegex(shards.Failed, "1 of 8 frames is missing: 3"):
            shards.join(self.root / "one", 2, self.root / "one.gif")

    def test_open_job_description(self):
        openjd = shutil.which("openjd", path=f"{pathlib.Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
        needs(openjd, "openjd (pip install openjd-cli)")
        template, clip = HERE / "job.openjd.yaml", self.root / "openjd.gif"
        command(openjd, "check", template)
        parameters = {"Patch": PATCH, "Out": self.root / "openjd", "Clip": clip, "Frames": FRAMES, "Options": " ".join(OPTIONS)}
        given = [word for name, value in parameters.items() for word in ("-p", f"{name}={value}")]
        command(openjd, "run", template, "--step", "Join", "--run-dependencies", *given, timeout=WAIT)
        self.same(clip)

    def test_slurm(self):
        programs = ["slurmctld", "slurmd", "sbatch", "scontrol", "munged"]
        path = f"{os.environ['PATH']}{os.pathsep}/usr/sbin"
        missing = [name for name in programs if not shutil.which(name, path=path)]
        needs(not missing, "Slurm (Debian: apt-get install slurm-wlm munge)")
        needs(os.geteuid() == 0, "Slurm for one's own (it wants root)")
        with slurm(self.root / "slurm", path) as cluster:
            cluster.renders_with_a_killed_shard(self)


class Cluster:
    """Slurm on this machine alone, in a folder of its own."""

    def __init__(self, folder, environment):
        self.folder, self.environment = folder, environment

    def command(self, *arguments):
        return command(*arguments, env=self.environment)

    def field(self, job, name):
        text = self.command("scontrol", "show", "job", job)
        return [word.partition("=")[2] for word in text.split() if word.startswith(f"{name}=")]

    def renders_with_a_killed_shard(self, test):
        out, clip = self.folder / "out", self.folder / "clip.gif"
        told = self.command("sh", HERE / "submit.sh", PATCH, FRAMES, SHARDS, out, clip, *OPTIONS)
        words = told.split()
        array, join = words[words.index("array") + 1], words[words.index("job") + 1]
        # The third one, in the middle of its frames.
        own = lambda: sum(int(path.stem[-5:]) % SHARDS == 2 for path in out.glob("frame_*.png"))
        wait_for("some frames of the third shard", lambda: own() >= 3)
        self.command("scontrol", "requeue", f"{array}_2")
        done_then = own()
        test.assertLess(done_then, 60, "the shard was done before it was killed")
        test.assertFalse((out / "shard_2.txt").exists(), "a shard that was killed has said that it is done")
        finished = lambda job: all(state in ("COMPLETED", "FAILED") for state in self.field(job, "JobState"))

        def is_joined():
            # Slurm lets two minutes pass before it starts such a task again, from when what was killed has ended: that may be after the
            # task is queued, and then it sets the time once more.
            if self.field(f"{array}_2", "JobState") == ["PENDING"]:
                subprocess.run(["scontrol", "update", f"JobId={array}_2", "StartTime=now"], env=self.environment)
            return finished(join)

        jobs = lambda: self.command("scontrol", "show", "job")
        wait_for("the clip", is_joined, jobs)
        test.assertEqual(self.field(join, "JobState"), ["COMPLETED"], (out / "join.log").read_text())
        test.assertEqual(self.field(f"{array}_2", "Restarts"), ["1"])
        test.same(clip)

        # A shard that is missing is named, and so is what renders it.
        for path in out.glob("frame_*.png"):
            if int(path.stem[-5:]) % SHARDS == 1:
                path.unlink()
        environment = {**self.environment, "OUT": str(out), "CLIP": str(self.folder / "again.gif")}
        again = command("sbatch", "--parsable", "--output", out / "again.log", HERE / "join.slurm.sh", env=environment).strip()
        wait_for("a clip that lacks a shard", lambda: finished(again), jobs)
        test.assertEqual(self.field(again, "ExitCode"), ["3:0"])
        log = (out / "again.log").read_text()
        test.assertIn("60 of 240 frames are missing", log)
        test.assertIn("--frames 0..240 --shard 1/4  renders all of it", log)
        test.assertFalse((self.folder / "again.gif").exists())


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextlib.contextmanager
def slurm(folder, path):
    """Slurm with a controller and a node, which are ended at the end."""
    folder.mkdir(mode=0o755)
    for name in ("state", "spool"):
        (folder / name).mkdir()
    name, cores = socket.gethostname().partition(".")[0], os.cpu_count() or 1
    key = folder / "munge.key"
    key.write_bytes(os.urandom(128))
    key.chmod(0o400)
    (folder / "slurm.conf").write_text(
        f"""ClusterName=here
SlurmctldHost={name}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
SlurmdParameters=config_overrides
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
CryptoType=crypto/munge
SlurmctldPort={free_port()}
SlurmdPort={free_port()}
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
SchedulerParameters=sched_interval=1,batch_sched_delay=0
MailProg=/bin/true
NodeName={name} NodeAddr=127.0.0.1 CPUs={max(cores, SHARDS)} State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
"""
    )
    environment = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf"), "PATH": path}
    cluster = Cluster(folder, environment)
    servers = []

    def start(*arguments):
        servers.append(subprocess.Popen([str(a) for a in arguments], env=environment, stdout=log, stderr=log))

    with open(folder / "servers.log", "w") as log:
        try:
            start(
                "munged", "--foreground", "--force", f"--key-file={key}", f"--socket={folder}/munge.socket",
                f"--pid-file={folder}/munge.pid", f"--seed-file={folder}/munge.seed", f"--log-file={folder}/munge.log",
            )
            wait_for("munge", (folder / "munge.socket").exists)
            start("slurmctld", "-D", "-i")
            start("slurmd", "-D", "-N", name)
            ready = lambda: "idle" in subprocess.run(
                ["sinfo", "-h", "-o", "%T"], env=environment, stdout=subprocess.PIPE, stderr=log, text=True
            ).stdout
            try:
                wait_for("a node that is idle", ready)
            except AssertionError as error:
                logs = [path.read_text() for path in folder.glob("*.log")]
                raise AssertionError("\n".join([str(error), *logs])) from error
            yield cluster
        finally:
            for server in reversed(servers):
                server.terminate()
            for server in reversed(servers):
                server.wait(20)


if __name__ == "__main__":
    if len(sys.argv) > 1 and os.path.isfile(sys.argv[1]):
        binary = pathlib.Path(sys.argv.pop(1)).resolve()
        os.environ["PATH"] = f"{binary.parent}{os.pathsep}{os.environ['PATH']}"
    unittest.main(verbosity=2)

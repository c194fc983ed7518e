"""What a task of a farm does, whatever hands tasks out: one shard of a clip, and the clip of all shards.

Needs `pavane` on PATH of every worker, and a folder that all of them see.
"""

import pathlib
import subprocess


class Wrong(Exception):
    """The patch or the arguments are wrong: another try would be, too."""


class Failed(Exception):
    """A disk, a signal, a machine: another try, on another machine, may do it."""


def run(*arguments):
    """Runs the command. Its exit code says whether another try is worth it."""
    done = subprocess.run(["pavane", *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode == 0:
        return done.stdout
    words = done.stderr.strip() or f"exit code {done.returncode}"
    raise (Wrong if done.returncode == 2 else Failed)(words)


def render(patch, out, frames, shard, shards, options=(), threads=1):
    """Renders one shard; again after a failure, in which case it goes on where it stopped."""
    pathlib.Path(out).mkdir(parents=True, exist_ok=True)
    run(
        "render", patch, "-o", f"{out}/frame_%05d.png", "--frames", frames, "--shard", f"{shard}/{shards}",
        "--threads", threads, f"--hash={out}/shard_{shard}.txt", *options,
    )
    return shard


def join(out, shards, clip, options=()):
    """Joins the clip. `Failed` names the frames that are missing and the shards that have them."""
    hashes = [f"{out}/shard_{shard}.txt" for shard in range(shards)]
    run("join", f"{out}/frame_%05d.png", "--hashes", *hashes, "-o", clip, *options)
    return clip

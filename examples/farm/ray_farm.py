"""Renders a patch on the workers of a Ray cluster: `python ray_farm.py PATCH FRAMES SHARDS OUT CLIP [--size 640x360 ...]`.

With RAY_ADDRESS in the environment it goes to that cluster; else one is started here.
"""

import os
import sys

# Ray gives its workers the lowest priority of all, and beside anything else they then hardly come to anything.
os.environ.setdefault("RAY_worker_niceness", "0")

import ray

import shards


def main(patch, frames, count, out, clip, *options):
    count = int(count)
    here = os.path.dirname(os.path.abspath(__file__))
    # Workers elsewhere do not have `shards.py`.
    ray.init(runtime_env={"env_vars": {"PATH": os.environ["PATH"]}, "working_dir": here}, log_to_driver=False)
    render = ray.remote(max_retries=2, retry_exceptions=[shards.Failed])(shards.render)
    join = ray.remote(shards.join)
    ray.get([render.remote(patch, out, frames, shard, count, options) for shard in range(count)])
    print(ray.get(join.remote(out, count, clip)))
    ray.shutdown()


if __name__ == "__main__":
    if len(sys.argv) < 6:
        sys.exit(__doc__)
    main(*sys.argv[1:])

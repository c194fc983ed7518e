"""Renders a patch on the workers of a Dask cluster: `python dask_farm.py PATCH FRAMES SHARDS OUT CLIP [--size 640x360 ...]`.

With SCHEDULER=tcp://host:8786 in the environment it goes to that cluster (dask-jobqueue starts one on Slurm, PBS or LSF); else two
workers are started here.
"""

import os
import sys

from distributed import Client, LocalCluster

import shards


def main(patch, frames, count, out, clip, *options):
    count = int(count)
    address = os.environ.get("SCHEDULER")
    cluster = None if address else LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    with Client(address or cluster) as client:
        # Workers elsewhere do not have this file.
        client.upload_file(os.path.join(os.path.dirname(os.path.abspath(__file__)), "shards.py"))
        tasks = [
            # A worker that goes away is made up for by Dask itself; `retries` is for what a shard reports.
            client.submit(shards.render, patch, out, frames, shard, count, options, key=f"shard-{shard}", retries=2)
            for shard in range(count)
        ]
        client.gather(tasks)
        print(client.submit(shards.join, out, count, clip).result())
    if cluster is not None:
        cluster.close()


if __name__ == "__main__":
    if len(sys.argv) < 6:
        sys.exit(__doc__)
    main(*sys.argv[1:])

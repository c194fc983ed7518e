#!/bin/sh
# The clip of all shards. Frames that are missing are named in the output of this job, with the shard to submit again.
#SBATCH --job-name=pavane-join
set -eu
pavane join "$OUT/frame_%05d.png" --hashes "$OUT"/shard_*.txt -o "$CLIP" --threads "${SLURM_CPUS_PER_TASK:-1}"

#!/bin/sh
# One shard of a clip per task of an array. `submit.sh` gives PATCH, OUT, FRAMES, SHARDS and, if need be, OPTIONS.
#SBATCH --job-name=pavane-render
#SBATCH --requeue
#SBATCH --open-mode=append
set -eu
# Not Slurm's own count, which is another one when a single shard is submitted again.
shard=$SLURM_ARRAY_TASK_ID/$SHARDS

status=0
# OPTIONS is words for the command, so it stays without quotes. Frames that are there already are not drawn again.
# shellcheck disable=SC2086
pavane render "$PATCH" -o "$OUT/frame_%05d.png" --frames "$FRAMES" --shard "$shard" \
    --threads "${SLURM_CPUS_PER_TASK:-1}" --hash="$OUT/shard_$SLURM_ARRAY_TASK_ID.txt" ${OPTIONS:-} || status=$?

# 2: the patch or the arguments are wrong, and will be on any machine. Anything else (a full disk, a signal) may be better
# elsewhere, so the task goes back into the queue, three times at most.
if [ "$status" -ne 0 ] && [ "$status" -ne 2 ] && [ "${SLURM_RESTART_COUNT:-0}" -lt 3 ]; then
    scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
fi
exit "$status"

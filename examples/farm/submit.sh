#!/bin/sh
# Renders a patch on a Slurm cluster, and joins the clip when all shards are done.
#
#     sh submit.sh PATCH FRAMES SHARDS OUT CLIP [options of `pavane render` ...]
#     sh submit.sh spiral.pav 0s..10s 40 /shared/spiral /shared/spiral.mp4 --size 1920x1080 --fps 60
#
# OUT and CLIP are on a disk that all nodes see. More of sbatch's options: SBATCH_PARTITION=... and the like.
set -eu
if [ $# -lt 5 ]; then
    echo 'sh submit.sh PATCH FRAMES SHARDS OUT CLIP [options of pavane render ...]' >&2
    exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
PATCH=$1 FRAMES=$2 SHARDS=$3 OUT=$4 CLIP=$5
shift 5
OPTIONS=$*
export PATCH FRAMES SHARDS OUT CLIP OPTIONS
mkdir -p "$OUT"
# What is wrong with the patch is said here and now, and how long it will take. Hashes of an earlier run would say that it is done.
# shellcheck disable=SC2086
pavane render "$PATCH" -o "$OUT/frame_%05d.png" --frames "$FRAMES" $OPTIONS --shard "0/$SHARDS" --estimate >&2
rm -f "$OUT"/shard_*.txt
# `%a` and `%A` of these names are Slurm's: the task and the array.
render=$(sbatch --parsable --array "0-$((SHARDS - 1))" --output "$OUT/shard_%a.log" "$here/render.slurm.sh")
join=$(sbatch --parsable --dependency "afterok:$render" --output "$OUT/join.log" "$here/join.slurm.sh")
echo "array $render renders $SHARDS shards, and then job $join joins $CLIP"

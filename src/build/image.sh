#!/bin/sh
# Builds the container image from what `make build` left in target/. From the environment:
#   IMAGE           name and tag (default localhost/assayer:VERSION)
#   JDK_IMAGE, RUNTIME_IMAGE   other base images than the Dockerfile's, which are pulled
#   SOURCE_DATE_EPOCH          time of all files (default: the build's fixed time, from pom.xml)
#   AOT_TRAINING    the run whose classes go into the AOT cache (default: the Dockerfile's)
#   DOCKER          the client (default docker)
#   DOCKER_BUILD_ARGS          more arguments of `docker build`
# Leaves the image's name in target/image.txt.
set -eu
cd "$(dirname "$0")/../.."
docker=${DOCKER:-docker}
field() { sed -n "s|.*<$1>\\(.*\\)</$1>.*|\\1|p" pom.xml | head -n 1; }
version=$(field version)
version=${version%-SNAPSHOT}
image=${IMAGE:-localhost/assayer:$version}
created=$(field project.build.outputTimestamp)
epoch=${SOURCE_DATE_EPOCH:-$(date -u -d "$created" +%s)}
revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
export SOURCE_DATE_EPOCH="$epoch"

$docker version >/dev/null 2>&1 || {
  echo "image: no Docker daemon answers to '$docker version'. Start one, or name another client" \
    "with DOCKER=…" >&2
  exit 2
}
# A file on the disk keeps the time it was made at; inside, all have one.
set -- --build-arg "SOURCE_DATE_EPOCH=$epoch" --build-arg "VERSION=$version" \
  --build-arg "REVISION=$revision" --build-arg "CREATED=$created"
[ -z "${AOT_TRAINING-}" ] || set -- "$@" --build-arg "AOT_TRAINING=$AOT_TRAINING"
[ -z "${JDK_IMAGE-}" ] || set -- "$@" --build-arg "JDK_IMAGE=$JDK_IMAGE"
[ -z "${RUNTIME_IMAGE-}" ] || set -- "$@" --build-arg "RUNTIME_IMAGE=$RUNTIME_IMAGE"
# shellcheck disable=SC2086
$docker build --network none "$@" ${DOCKER_BUILD_ARGS-} -t "$image" .
printf '%s\n' "$image" >target/image.txt
size=$($docker image inspect -f '{{.Size}}' "$image")
echo "Built $image, $((size / 1048576)) MiB, $($docker image inspect -f '{{.Id}}' "$image")"

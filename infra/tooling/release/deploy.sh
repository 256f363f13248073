#!/bin/sh
# Applies a release to the cluster of KUBECONFIG, and waits until it serves.
# usage: deploy.sh <registry and path of the images> <version> [overlay]
# DRAIN_VERSION=<version> raises the sidecar of GPU servers too, which restarts them; without it they keep theirs.
# WITHOUT_BACKUP=yes migrates a platform that has no CronJob star-graph-backup.
set -eu
images=$(echo "$1" | tr '[:upper:]' '[:lower:]')
version=$2
overlay=${3:-infra/deploy/kubernetes/overlays/production}

drain=${DRAIN_VERSION:-$(kubectl -n star-graph get statefulset star-graph-gpu --ignore-not-found \
  -o 'jsonpath={.spec.template.spec.initContainers[?(@.name=="drain")].image}' | sed 's/.*://')}

work=$(mktemp -d -p .)
trap 'rm -rf "$work"' EXIT
{
  echo "resources: [../$overlay]"
  echo "images:"
  for name in api dispatcher bot migrate; do
    echo "  - {name: star-graph/$name, newName: $images/$name, newTag: '$version'}"
  done
  echo "  - {name: star-graph/drain, newName: $images/api, newTag: '${drain:-$version}'}"
} > "$work/kustomization.yaml"
kubectl kustomize "$work" > "$work/star-graph.yaml"

# By the release that runs, while it serves. Where nothing was installed yet, there is nothing to keep.
if [ -n "$(kubectl -n star-graph get cronjob star-graph-backup --ignore-not-found -o name)" ]; then
  job=star-graph-backup-before-$(echo "$version" | tr '[:upper:]._+' '[:lower:]---')
  kubectl -n star-graph delete job "$job" --ignore-not-found
  kubectl -n star-graph create job "$job" --from=cronjob/star-graph-backup
  kubectl -n star-graph wait --for=condition=complete --timeout=6h "job/$job"
elif [ "${WITHOUT_BACKUP:-no}" != yes ] \
  && [ -n "$(kubectl -n star-graph get deployment star-graph-api --ignore-not-found -o name)" ]; then
  echo 'The platform runs and has no CronJob star-graph-backup, so nothing was changed. Add components/backup to' >&2
  echo 'your overlay and apply it, or back up by other means and say WITHOUT_BACKUP=yes.' >&2
  exit 1
fi

# A Job cannot be changed. Pods of the new release do not start before the migration is done.
kubectl -n star-graph delete job star-graph-migrate --ignore-not-found
kubectl apply -f "$work/star-graph.yaml"
kubectl -n star-graph wait --for=condition=complete --timeout=1h job/star-graph-migrate
kubectl -n star-graph rollout status --timeout=20m deployment/star-graph-dispatcher
kubectl -n star-graph rollout status --timeout=20m deployment/star-graph-api

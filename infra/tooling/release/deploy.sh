#!/bin/sh
# Applies a release to the cluster of KUBECONFIG, and waits until it serves.
# usage: deploy.sh <registry and path of the images> <version> [overlay]
set -eu
images=$(echo "$1" | tr '[:upper:]' '[:lower:]')
version=$2
overlay=${3:-infra/kubernetes/overlays/production}

work=$(mktemp -d -p .)
trap 'rm -rf "$work"' EXIT
{
  echo "resources: [../$overlay]"
  echo "images:"
  for name in api dispatcher bot migrate; do
    echo "  - {name: star-graph/$name, newName: $images/$name, newTag: '$version'}"
  done
} > "$work/kustomization.yaml"
kubectl kustomize "$work" > "$work/star-graph.yaml"

# A Job cannot be changed. Pods of the new release do not start before the migration is done.
kubectl -n star-graph delete job star-graph-migrate --ignore-not-found
kubectl apply -f "$work/star-graph.yaml"
kubectl -n star-graph wait --for=condition=complete --timeout=1h job/star-graph-migrate
kubectl -n star-graph rollout status --timeout=20m deployment/star-graph-dispatcher
kubectl -n star-graph rollout status --timeout=20m deployment/star-graph-api

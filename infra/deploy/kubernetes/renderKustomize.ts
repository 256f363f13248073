import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type KubeObject, parseObjects } from './objects.ts';

/** @param path from `infra/deploy/kubernetes`. @throws Error with what kubectl says. */
export async function renderKustomize(path: string): Promise<KubeObject[]> {
  const { stdout } = await promisify(execFile)('kubectl', ['kustomize', join(import.meta.dirname, path)], {
    maxBuffer: 10_000_000,
    timeout: 60_000,
  });
  return parseObjects(stdout);
}

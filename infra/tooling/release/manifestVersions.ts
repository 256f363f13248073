import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** What names the release in a `kustomization.yaml`. The drain of GPU servers keeps its version, or they would restart. */
const place = /(- name: star-graph\/(?!drain)[\w-]+\n +newTag: )\S+/g;

/** Lets the manifests of Kubernetes name the images of a release. */
export async function raiseManifests(root: string, version: string): Promise<void> {
  const folder = join(root, 'infra/deploy/kubernetes');
  for (const name of await readdir(folder, { recursive: true })) {
    if (basename(name) !== 'kustomization.yaml') continue;
    const file = join(folder, name);
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll(place, `$1${version}`));
  }
}

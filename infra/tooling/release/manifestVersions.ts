import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** By the name of a file: what names the release there. */
const places: Readonly<Record<string, RegExp>> = {
  'kustomization.yaml': /(- name: star-graph\/[\w-]+\n +newTag: )\S+/g,
  'Chart.yaml': /^((?:version|appVersion): )\S+/gm,
};

/** Lets the manifests of Kubernetes and the chart name the images of a release. */
export async function raiseManifests(root: string, version: string): Promise<void> {
  for (const folder of ['infra/deploy/kubernetes', 'infra/deploy/helm'].map((name) => join(root, name)))
    for (const name of await readdir(folder, { recursive: true })) {
      const place = places[basename(name)];
      if (!place) continue;
      const file = join(folder, name);
      await writeFile(file, (await readFile(file, 'utf8')).replaceAll(place, `$1${version}`));
    }
}

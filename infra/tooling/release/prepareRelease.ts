import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { getReleasePlan } from '@changesets/get-release-plan';

/** What names the release in a `kustomization.yaml`. The drain of GPU servers keeps its version, or they would restart. */
const place = /(- name: star-graph\/(?!drain)[\w-]+\n +newTag: )\S+/g;

/** Lets the manifests of Kubernetes name the images of a release. */
async function raiseManifests(root: string, version: string): Promise<void> {
  const folder = join(root, 'infra/deploy/kubernetes');
  for (const name of await readdir(folder, { recursive: true })) {
    if (basename(name) !== 'kustomization.yaml') continue;
    const file = join(folder, name);
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll(place, `$1${version}`));
  }
}

const run = promisify(execFile);

export const changelogPath = 'infra/docs/changelog.md';
const changesFolder = 'infra/docs/changes';

/** The kinds of a change, worst first, as readers look for them. */
const headings = {
  major: 'What operators must do',
  minor: 'New',
  patch: 'Mended',
} as const;

type Kind = keyof typeof headings;
const kinds = Object.keys(headings) as Kind[];

/** In the changelog the releases follow this line. */
const firstLine = '<!-- The newest release comes first. -->';

/** Where the changelog has what people gain by the next release, in the words of who makes it. */
const nextSection = /^## Next\n+(.*?)(?=^## |(?!.))/ms;

interface Change {
  kind: Kind;
  text: string;
}

/**
 * Makes the next version of the changes that are described in `.changeset/`: writes the changelog, raises the version of
 * every package and of the manifests, and removes the descriptions. Commits nothing. Where the changelog says under
 * `## Next` what people gain, that is what it has of the release, with what operators must do; the list of all changes
 * becomes a page of its own.
 * @param today as `2026-11-27`
 * @returns the new version; undefined when no change is described
 */
export async function prepareRelease(root: string, today: string): Promise<string | undefined> {
  const { changesets, releases } = await getReleasePlan(root);
  const version = releases.find(({ type }) => type !== 'none')?.newVersion;
  if (version === undefined) return undefined;
  const changes = changesets.map(
    ({ summary, releases: named }): Change => ({
      kind: kinds.find((kind) => named.some(({ type }) => type === kind)) ?? 'patch',
      text: summary.trim(),
    }),
  );
  const file = join(root, changelogPath);
  const changelog = await readFile(file, 'utf8');
  const [, words] = nextSection.exec(changelog) ?? [];
  if (words !== undefined) {
    await mkdir(join(root, changesFolder), { recursive: true });
    const all = renderChanges(changes, '../', '##');
    await writeFile(join(root, changesFolder, `${version}.md`), `# All changes of ${version}\n\n${all}\n`);
  }
  const text =
    words === undefined ? renderChanges(changes, '', '###') : renderWords(words.trim(), version, changes);
  const release = `## ${version} (${today})\n\n${text}\n`;
  await writeFile(file, insertRelease(changelog.replace(nextSection, ''), release));
  const cli = join(dirname(createRequire(import.meta.url).resolve('@changesets/cli/package.json')), 'bin.js');
  await run(process.execPath, [cli, 'version'], { cwd: root });
  await raiseManifests(root, version);
  // It is no package of the workspace, and what a bill of materials is called by.
  const manifest = join(root, 'package.json');
  const named = (await readFile(manifest, 'utf8')).replace(/("version": ")[^"]+/, `$1${version}`);
  await writeFile(manifest, named);
  return version;
}

/** What leads somewhere from `.changeset/` leads there from a page that is `up` folders below the documentation. */
const moveLinks = (text: string, up: string): string =>
  text.replaceAll(/\]\(\.\.\/(infra\/docs\/)?/g, (_, inside?: string) => `](${up}${inside ? '' : '../../'}`);

const listKind = (changes: readonly Change[], kind: Kind, up: string): string =>
  changes
    .filter((change) => change.kind === kind)
    .map(({ text }) => `- ${indent(moveLinks(text, up))}`)
    .join('\n');

const renderChanges = (changes: readonly Change[], up: string, level: string): string =>
  kinds
    .map((kind) => [kind, listKind(changes, kind, up)] as const)
    .filter(([, list]) => list !== '')
    .map(([kind, list]) => `${level} ${headings[kind]}\n\n${list}`)
    .join('\n\n');

function renderWords(words: string, version: string, changes: readonly Change[]): string {
  const major = listKind(changes, 'major', '');
  const duties = major === '' ? [] : [`### ${headings.major}\n\n${major}`];
  const rest = `[All changes of ${version}](changes/${version}.md), one by one.`;
  return [words, ...duties, rest].join('\n\n');
}

/** Further lines of a text belong to the same point of the list. */
const indent = (text: string): string => text.replaceAll('\n', '\n  ').replaceAll(/^ +$/gm, '');

function insertRelease(changelog: string, release: string): string {
  const [head, rest] = changelog.split(firstLine);
  if (rest === undefined) throw new Error(`${changelogPath} lacks the line ${firstLine}`);
  const earlier = rest.trim();
  return `${head}${firstLine}\n\n${release}${earlier === '' ? '' : `\n${earlier}\n`}`;
}

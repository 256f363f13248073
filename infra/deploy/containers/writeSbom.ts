import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * node writeSbom.ts <folder of an app> <CycloneDX of the lock file>: writes sbom.cdx.json into the folder. Of the lock
 * file's packages it keeps those that are in the image, and adds Node, ffmpeg and Debian's libraries.
 */

interface Component {
  type: string;
  name: string;
  group?: string;
  version: string;
  purl: string;
  [others: string]: unknown;
}

interface Sbom {
  components: Component[];
  dependencies?: { ref: string; dependsOn?: string[] }[];
  metadata: { timestamp?: string; [others: string]: unknown };
  serialNumber?: string;
  [others: string]: unknown;
}

const read = (program: string, args: readonly string[]) => execFileSync(program, args, { encoding: 'utf8' });

/** `name@version` of every package that has a file in the image. */
function listPackages(app: string): Set<string> {
  const manifests = globSync('node_modules/.pnpm/*/node_modules/{*,@*/*}/package.json', { cwd: app });
  return new Set(
    manifests.map((path) => {
      const { name, version } = JSON.parse(readFileSync(join(app, path), 'utf8'));
      return `${name}@${version}`;
    }),
  );
}

function listDebianPackages(): Component[] {
  const { VERSION_ID: release } = Object.fromEntries(
    readFileSync('/etc/os-release', 'utf8')
      .split('\n')
      .map((line) => line.replaceAll('"', '').split('=')),
  );
  const owners = readFileSync('/libraries.txt', 'utf8')
    .split('\n')
    .filter((path) => !path.startsWith('/out/'))
    .map((path) => read('dpkg-query', ['-S', `*${path.replace(/^\/(usr\/)?/, '/')}`]).split(/[:,]/)[0] ?? '');
  const facts = read('dpkg-query', [
    '-W',
    '-f',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query fills it in
    '${Package} ${Version} ${Architecture}\n',
    ...new Set(owners),
  ]);
  return facts
    .trim()
    .split('\n')
    .map((line) => {
      const [name = '', version = '', architecture = ''] = line.split(' ');
      const purl = `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${architecture}&distro=debian-${release}`;
      return { type: 'library', name, version, purl, 'bom-ref': purl };
    });
}

const programOf = (name: string, version: string): Component => ({
  type: 'application',
  name,
  version,
  purl: `pkg:generic/${name}@${version}`,
  'bom-ref': `pkg:generic/${name}@${version}`,
});

const [app = '', lockFile = ''] = process.argv.slice(2);
const sbom: Sbom = JSON.parse(readFileSync(lockFile, 'utf8'));
const present = listPackages(app);
const packages = sbom.components.filter(({ group, name, version }) =>
  present.has(`${group === undefined ? '' : `${group}/`}${name}@${version}`),
);
const [, ffmpegVersion = ''] = /version (\S+)/.exec(read('/opt/ffmpeg/bin/ffmpeg', ['-version'])) ?? [];
sbom.components = [
  ...packages,
  programOf('node', process.versions.node),
  programOf('ffmpeg', ffmpegVersion),
  ...listDebianPackages(),
];
const kept = new Set(sbom.components.map((component) => component['bom-ref']));
sbom.dependencies = (sbom.dependencies ?? []).filter(({ ref }) => kept.has(ref));
// The same image has the same list.
delete sbom.serialNumber;
delete sbom.metadata.timestamp;
writeFileSync(join(app, 'sbom.cdx.json'), `${JSON.stringify(sbom, null, 1)}\n`);

import { findExecutable } from './tools.ts';

export type ProgramName =
  | 'mariadb'
  | 'redis'
  | 'ffmpeg'
  | 'curl'
  | 'jq'
  | 'radosgw'
  | 'chromium'
  | 'firefox'
  | 'desktop'
  | 'pythonClients'
  | 'nginx'
  | 'caddy'
  | 'certbot'
  | 'promtool'
  | 'amtool'
  | 'prometheus'
  | 'kubectl'
  | 'docker'
  | 'debootstrap'
  | 'dockerCompose'
  | 'signing'
  | 'registry';

interface ProgramFacts {
  title: string;
  /** All are needed. Each is a list of names the same program goes by. */
  executables: readonly (readonly string[])[];
  /**
   * Of Debian and Ubuntu. Those without a service on purpose: the packages with one would start a server of
   * the system's own, which is not ours to run.
   */
  aptPackages: readonly string[];
  /** These packages have a service: they are unpacked into a folder of the workspace and not installed. */
  isUnpacked?: true;
  /** Absent where Homebrew has none. */
  brewFormula?: string;
  /** Asks the first executable for its version. */
  versionPattern: RegExp;
  oldestVersion: readonly [major: number, minor: number];
}

/** Every program that comes from the system's packages, in one place: add here what a new feature or test needs. */
export const programFacts: Readonly<Record<ProgramName, ProgramFacts>> = {
  mariadb: {
    title: 'MariaDB',
    // The last is called by the second.
    executables: [['mariadbd'], ['mariadb-install-db'], ['my_print_defaults']],
    aptPackages: ['mariadb-server-core', 'mariadb-client-core'],
    brewFormula: 'mariadb',
    versionPattern: /Ver (\d+)\.(\d+)\.\d+-MariaDB/,
    oldestVersion: [10, 6],
  },
  redis: {
    title: 'Redis',
    // redis-tools has the server's program under the checker's name only; it serves when called redis-server.
    executables: [['redis-server', 'redis-check-rdb']],
    aptPackages: ['redis-tools'],
    brewFormula: 'redis',
    versionPattern: /v=(\d+)\.(\d+)/,
    oldestVersion: [7, 0],
  },
  ffmpeg: {
    title: 'ffmpeg',
    executables: [['ffmpeg']],
    aptPackages: ['ffmpeg'],
    brewFormula: 'ffmpeg',
    versionPattern: /version n?(\d+)\.(\d+)/,
    oldestVersion: [4, 3],
  },
  // The documentation's examples are run as they stand, with these two.
  curl: {
    title: 'curl',
    executables: [['curl']],
    aptPackages: ['curl'],
    brewFormula: 'curl',
    versionPattern: /^curl (\d+)\.(\d+)/,
    oldestVersion: [7, 68],
  },
  jq: {
    title: 'jq',
    executables: [['jq']],
    aptPackages: ['jq'],
    brewFormula: 'jq',
    versionPattern: /^jq-(\d+)\.(\d+)/,
    oldestVersion: [1, 6],
  },
  // An S3 service that only the tests of storage use.
  radosgw: {
    title: 'Ceph radosgw',
    executables: [['radosgw'], ['radosgw-admin']],
    aptPackages: ['radosgw'],
    versionPattern: /ceph version (\d+)\.(\d+)/,
    oldestVersion: [17, 2],
  },
  // The browsers that the extension's tests drive, and a screen for the click that only a real pointer can make.
  chromium: {
    title: 'Chromium',
    executables: [['chromium']],
    aptPackages: ['chromium'],
    versionPattern: /Chromium (\d+)\.(\d+)/,
    oldestVersion: [140, 0],
  },
  // Ubuntu has it as a snap alone, which has no such program.
  firefox: {
    title: 'Firefox ESR',
    executables: [['firefox-esr']],
    aptPackages: ['firefox-esr'],
    versionPattern: /Firefox (\d+)\.(\d+)/,
    oldestVersion: [140, 0],
  },
  desktop: {
    title: 'xdotool, Xvfb and Openbox',
    executables: [['xdotool'], ['Xvfb'], ['openbox']],
    aptPackages: ['xdotool', 'xvfb', 'openbox'],
    versionPattern: /version (\d+)\.(\d+)/,
    oldestVersion: [3, 2016],
  },
  // Each package has a program of its own, by which it is found.
  pythonClients: {
    title: 'openai and websocket-client for Python',
    executables: [['openai'], ['wsdump']],
    aptPackages: ['python3-openai', 'python3-websocket'],
    versionPattern: /openai (\d+)\.(\d+)/,
    oldestVersion: [1, 60],
  },
  // What operators put before and beside the platform: its configuration here is tried with the real programs.
  nginx: {
    title: 'nginx',
    executables: [['nginx']],
    aptPackages: ['nginx'],
    isUnpacked: true,
    versionPattern: /nginx\/(\d+)\.(\d+)/,
    // The first that knows `http2 on`.
    oldestVersion: [1, 25],
  },
  caddy: {
    title: 'Caddy',
    executables: [['caddy']],
    aptPackages: ['caddy'],
    isUnpacked: true,
    versionPattern: /^v?(\d+)\.(\d+)/,
    oldestVersion: [2, 6],
  },
  // With Let's Encrypt's own test server, which tells no version.
  certbot: {
    title: 'certbot and Pebble',
    executables: [['certbot'], ['pebble'], ['pebble-challtestsrv']],
    aptPackages: ['certbot', 'pebble'],
    versionPattern: /^certbot (\d+)\.(\d+)/,
    // The first that can change how a certificate is renewed.
    oldestVersion: [2, 3],
  },
  promtool: {
    title: 'promtool',
    executables: [['promtool']],
    aptPackages: ['promtool'],
    versionPattern: /version (\d+)\.(\d+)/,
    oldestVersion: [2, 42],
  },
  // Alertmanager's own, to check what it would do.
  amtool: {
    title: 'amtool',
    executables: [['amtool']],
    aptPackages: ['prometheus-alertmanager'],
    isUnpacked: true,
    versionPattern: /version (\d+)\.(\d+)/,
    oldestVersion: [0, 25],
  },
  prometheus: {
    title: 'Prometheus',
    executables: [['prometheus']],
    aptPackages: ['prometheus'],
    isUnpacked: true,
    versionPattern: /version (\d+)\.(\d+)/,
    oldestVersion: [2, 42],
  },
  // Renders the overlays of kustomize; no cluster is asked.
  kubectl: {
    title: 'kubectl',
    executables: [['kubectl']],
    aptPackages: ['kubernetes-client'],
    brewFormula: 'kubernetes-cli',
    versionPattern: /Client Version: v(\d+)\.(\d+)/,
    oldestVersion: [1, 30],
  },
  // The tests start a daemon of their own, with its images and networks apart.
  docker: {
    title: 'Docker',
    executables: [['docker'], ['dockerd'], ['runc']],
    // The name of the package is that of a registry, too.
    aptPackages: [['docker', 'io'].join('.'), 'docker-cli', 'docker-buildx', 'iptables', 'runc'],
    versionPattern: /version (\d+)\.(\d+)/,
    oldestVersion: [23, 0],
  },
  debootstrap: {
    title: 'debootstrap',
    executables: [['debootstrap']],
    aptPackages: ['debootstrap'],
    versionPattern: /debootstrap (\d+)\.(\d+)/,
    oldestVersion: [1, 0],
  },
  dockerCompose: {
    title: 'Docker Compose',
    executables: [['docker-compose']],
    aptPackages: ['docker-compose'],
    versionPattern: /version v?(\d+)\.(\d+)/,
    oldestVersion: [2, 20],
  },
  // Debian's cosign tells no version.
  signing: {
    title: 'Skopeo and cosign',
    executables: [['skopeo'], ['cosign']],
    aptPackages: ['skopeo', 'cosign'],
    versionPattern: /version (\d+)\.(\d+)/,
    oldestVersion: [1, 13],
  },
  registry: {
    title: 'a registry of images',
    executables: [['docker-registry']],
    aptPackages: ['docker-registry'],
    isUnpacked: true,
    versionPattern: /distribution v?(\d+)\.(\d+)/,
    oldestVersion: [2, 8],
  },
};

/** Absolute paths, in the order of `executables`; undefined when one is missing. */
export function locateProgram(name: ProgramName, dirs: readonly string[]): readonly string[] | undefined {
  const found = programFacts[name].executables.map((names) => findExecutable(names, dirs));
  return found.every((file) => file !== undefined) ? found : undefined;
}

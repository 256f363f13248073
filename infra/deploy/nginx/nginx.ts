import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { eventually } from '@star-graph/core/testing/eventually';
import { testCertificates, testKey } from '@star-graph/core/testing/services/certificates';

const programTimeoutMs = 20_000;
const templates = {
  main: 'star-graph',
  sdapi: 'star-graph.sdapi',
  graph: 'star-graph.graph',
  discord: 'star-graph.discord',
} as const;

/** What stands in a template, by the name of its door or `main`. */
const readTemplate = (name: keyof typeof templates): Promise<string> =>
  readFile(new URL(`./${templates[name]}.conf.template`, import.meta.url), 'utf8');

/** Doors with a server of their own. */
const doors = ['sdapi', 'graph', 'discord'] as const;
type Door = (typeof doors)[number];

/** Older ones know no `http2 on`. */
export const hasNginx = (() => {
  const { stderr } = spawnSync('nginx', ['-v'], { timeout: programTimeoutMs, encoding: 'utf8' });
  const [, major, minor] = /nginx\/(\d+)\.(\d+)/.exec(stderr ?? '') ?? [];
  return Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 25);
})();

/** A line of the access log. */
export interface LoggedRequest {
  requestId: string;
  path: string;
  status: number;
  durationMs: number;
  address: string;
  /** Of each try. */
  api: string;
  apiStatus: string;
}

export interface Nginx extends AsyncDisposable {
  configFile: string;
  plainUrl: string;
  url: string;
  /** Of the doors that are open. */
  doorUrls: Readonly<Partial<Record<Door, string>>>;
  readRequests(): Promise<LoggedRequest[]>;
  /** Both logs as they stand in their files. */
  readLogs(): Promise<string>;
}

export interface NginxSetup {
  /** Ports of loopback. */
  apis: readonly number[];
  /** Doors that have a server, with the ports of the API processes behind them. */
  doors?: Readonly<Partial<Record<Door, readonly number[]>>>;
  /** Where people come in, with TLS and without; drawn if left out. */
  port?: number;
  plainPort?: number;
  variables?: Record<string, string>;
  /** Parts of the configuration and what stands in their place: each must be there. */
  changes?: readonly (readonly [from: string, to: string])[];
}

/** A real nginx with the shipped configuration, for `localhost`, until it is disposed of. */
export async function startNginx(setup: NginxSetup): Promise<Nginx> {
  const directory = await mkdtemp(join(tmpdir(), 'star-graph-nginx-'));
  const [port, plainPort] = [setup.port ?? (await findFreePort()), setup.plainPort ?? (await findFreePort())];
  const doorPorts: Partial<Record<Door, number>> = {};
  for (const door of doors) if (setup.doors?.[door]) doorPorts[door] = await findFreePort();
  const configFile = await writeConfig(directory, setup, { port, plainPort, doorPorts });
  const checked = spawnSync('nginx', ['-t', '-e', 'stderr', '-c', configFile], { encoding: 'utf8' });
  if (checked.status !== 0 || /warn/.test(checked.stderr)) throw new Error(checked.stderr);

  const nginx = spawn('nginx', ['-e', 'stderr', '-c', configFile], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = once(nginx, 'exit');
  await Promise.race([
    eventually(() => answers(port)),
    exited.then(() => Promise.reject(new Error('nginx has ended at its start'))),
  ]);
  const read = (name: string) => readFile(join(directory, name), 'utf8');
  return {
    configFile,
    plainUrl: `http://localhost:${plainPort}`,
    url: `https://localhost:${port}`,
    doorUrls: Object.fromEntries(
      Object.entries(doorPorts).map(([door, doorPort]) => [door, `https://localhost:${doorPort}`]),
    ),
    async readRequests() {
      const lines = (await read('access.log')).split('\n').filter(Boolean);
      return lines.map((line): LoggedRequest => JSON.parse(line));
    },
    readLogs: async () => (await read('access.log')) + (await read('error.log')),
    async [Symbol.asyncDispose]() {
      nginx.kill('SIGTERM');
      await exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

interface ListenedPorts {
  port: number;
  plainPort: number;
  doorPorts: Readonly<Partial<Record<Door, number>>>;
}

const serversOf = (ports: readonly number[] = []): string =>
  ports.map((port) => `server 127.0.0.1:${port} max_fails=3 fail_timeout=2s;`).join(' ');

async function writeConfig(
  directory: string,
  { apis, doors: behind = {}, variables, changes = [] }: NginxSetup,
  { port, plainPort, doorPorts }: ListenedPorts,
): Promise<string> {
  const [certificate, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  await writeFile(certificate, testCertificates.good);
  await writeFile(key, testKey);
  const values = {
    SERVER_NAME: 'localhost',
    TLS_CERTIFICATE: certificate,
    TLS_CERTIFICATE_KEY: key,
    API_SERVERS: serversOf(apis),
    LISTEN_HTTP: `127.0.0.1:${plainPort}`,
    LISTEN_HTTPS: `127.0.0.1:${port}`,
    ADMIN_NETWORKS: 'default 1;',
    SDAPI_NAME: 'localhost',
    LISTEN_SDAPI: `127.0.0.1:${doorPorts.sdapi}`,
    SDAPI_SERVERS: serversOf(behind.sdapi),
    DISCORD_NAME: 'localhost',
    LISTEN_DISCORD: `127.0.0.1:${doorPorts.discord}`,
    DISCORD_SERVERS: serversOf(behind.discord),
    GRAPH_NAME: 'localhost',
    LISTEN_GRAPH: `127.0.0.1:${doorPorts.graph}`,
    GRAPH_SERVERS: serversOf(behind.graph),
    ...variables,
  };
  await mkdir(join(directory, 'conf.d'));
  for (const name of ['main', ...doors.filter((door) => behind[door])] as const) {
    const filled = fillTemplate(await readTemplate(name), values);
    const config = (name === 'main' ? changes : []).reduce((text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`the configuration has no ${from}`);
      return text.replaceAll(from, to);
    }, filled);
    const inside = config.replaceAll('/var/log/nginx', directory);
    await writeFile(join(directory, `conf.d/${templates[name]}.conf`), inside);
  }
  const configFile = join(directory, 'nginx.conf');
  await writeFile(configFile, mainConfig(directory));
  return configFile;
}

/** As `envsubst` does it in nginx's own image. */
function fillTemplate(text: string, variables: Record<string, string>): string {
  return text.replaceAll(/\$\{([A-Z_]+)\}/g, (_whole, name: string) => {
    const value = variables[name];
    if (value === undefined) throw new Error(`the template has an unknown variable ${name}`);
    return value;
  });
}

/** What the system's own nginx.conf has around it. */
const mainConfig = (directory: string): string => `
daemon off;
worker_processes 2;
pid ${directory}/nginx.pid;
events { worker_connections 1024; }
http {
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;
  include ${directory}/conf.d/*.conf;
}
`;

async function answers(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '@star-graph/core/runtime/freePort';
import { eventually } from '@star-graph/core/testing/eventually';
import { testCertificates, testKey } from '@star-graph/core/testing/services/certificates';

const programTimeoutMs = 20_000;
const template = new URL('../star-graph.conf.template', import.meta.url);

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
  plainUrl: string;
  url: string;
  readRequests(): Promise<LoggedRequest[]>;
  /** Both logs as they stand in their files. */
  readLogs(): Promise<string>;
}

export interface NginxSetup {
  /** Ports of loopback. */
  apis: readonly number[];
  /** Where people come in; drawn if left out. */
  port?: number;
  variables?: Record<string, string>;
  /** Parts of the configuration and what stands in their place: each must be there. */
  changes?: readonly (readonly [from: string, to: string])[];
}

/** A real nginx with the shipped configuration, for `localhost`, until it is disposed of. */
export async function startNginx(setup: NginxSetup): Promise<Nginx> {
  const directory = await mkdtemp(join(tmpdir(), 'star-graph-nginx-'));
  const [port, plainPort] = [setup.port ?? (await findFreePort()), await findFreePort()];
  const configFile = await writeConfig(directory, setup, { port, plainPort });
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
    plainUrl: `http://localhost:${plainPort}`,
    url: `https://localhost:${port}`,
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

async function writeConfig(
  directory: string,
  { apis, variables, changes = [] }: NginxSetup,
  { port, plainPort }: { port: number; plainPort: number },
): Promise<string> {
  const [certificate, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  await writeFile(certificate, testCertificates.good);
  await writeFile(key, testKey);
  const filled = fillTemplate(await readFile(template, 'utf8'), {
    SERVER_NAME: 'localhost',
    TLS_CERTIFICATE: certificate,
    TLS_CERTIFICATE_KEY: key,
    API_SERVERS: apis.map((api) => `server 127.0.0.1:${api} max_fails=3 fail_timeout=2s;`).join(' '),
    LISTEN_HTTP: `127.0.0.1:${plainPort}`,
    LISTEN_HTTPS: `127.0.0.1:${port}`,
    ADMIN_NETWORKS: 'default 1;',
    ...variables,
  });
  const config = [...changes, ['/var/log/nginx', directory] as const].reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the configuration has no ${from}`);
    return text.replaceAll(from, to);
  }, filled);
  await mkdir(join(directory, 'conf.d'));
  await writeFile(join(directory, 'conf.d/star-graph.conf'), config);
  const configFile = join(directory, 'nginx.conf');
  await writeFile(configFile, mainConfig(directory));
  return configFile;
}

/** As `envsubst` does it in nginx's own image. */
export function fillTemplate(text: string, variables: Record<string, string>): string {
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

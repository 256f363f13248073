import { execFile } from 'node:child_process';
import { chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { stringify } from 'yaml';
import type { Docker } from './docker.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');

/** The keys that the stand-in for the store knows; a secret that is there is never made. */
const storeKey = 'S3RVER';

/** Of our images. */
const ourUser = 65_532;

/** In the place of ComfyUI: the preview backend, without the GPU that this machine lacks. */
const server = {
  command: ['infra/preview-backend/main.ts', '--data-dir', '/comfyui-files'],
  healthcheck: {
    test: [
      'CMD',
      '/usr/local/bin/node',
      '-e',
      "fetch('http://127.0.0.1:8188/system_stats').then(({ ok }) => process.exit(ok ? 0 : 1))",
    ],
    interval: '2s',
    timeout: '5s',
    retries: 30,
  },
};

export interface ComposeRun extends AsyncDisposable {
  folder: string;
  url: string;
  /** Of nginx on this machine. */
  ports: Readonly<Record<'plain' | 'tls' | 'files' | 'sdapi' | 'graph', number>>;
  /** As an operator types it in the folder of the files, behind `docker compose`. */
  compose(...args: string[]): Promise<string>;
  /** rollOver.mjs of the folder. */
  roll(...args: string[]): Promise<string>;
  /** Writes a line of .env. */
  set(name: string, value: string): void;
  /** `npm run try`, which is a client like others. */
  make(args: readonly string[], output: string): Promise<Buffer>;
}

/** The files as a checkout has them, in a folder of their own; nothing is started. */
export async function createComposeRun({ compose, node }: Docker): Promise<ComposeRun> {
  const checkout = mkdtempSync(join(tmpdir(), 'star-graph-compose-run-'));
  cpSync(join(root, 'infra/deploy'), join(checkout, 'infra/deploy'), { recursive: true });
  const folder = join(checkout, 'infra/deploy/compose');
  const secrets = join(folder, 'secrets');
  mkdirSync(secrets, { mode: 0o700 });
  for (const name of ['s3_access_key', 's3_secret_key']) writeFileSync(join(secrets, name), storeKey);
  await run(process.execPath, [join(folder, 'createSecrets.mjs')]);
  const path = join(folder, '.env');
  const set = (name: string, value: string) => {
    const others = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith(`${name}=`));
    writeFileSync(path, `${[...others, `${name}=${value}`].join('\n')}\n`);
  };
  // Nobody but this machine reaches it.
  const ports = {
    plain: await findFreePort(),
    tls: await findFreePort(),
    files: await findFreePort(),
    sdapi: await findFreePort(),
    graph: await findFreePort(),
  };
  const url = `https://localhost:${ports.tls}`;
  set('HTTP_PORT', `127.0.0.1:${ports.plain}`);
  set('HTTPS_PORT', `127.0.0.1:${ports.tls}`);
  set('STORE_PORT', `127.0.0.1:${ports.files}`);
  set('SDAPI_PORT', `127.0.0.1:${ports.sdapi}`);
  set('GRAPH_PORT', `127.0.0.1:${ports.graph}`);
  set('PUBLIC_URL', url);
  set('STORE_URL', `https://localhost:${ports.files}`);
  set('DISCORD_NAME', 'bot.localhost');
  set('MODELS_FOLDER', './models');
  set('COMFYUI_IMAGE', 'localhost/star-graph/preview-backend:local');
  set('COMFYUI_USER', `${ourUser}:${ourUser}`);
  set('COMFYUI_MEMORY', '2g');
  mkdirSync(join(folder, 'models'));
  for (const name of ['0', '1']) chownSync(join(folder, 'comfyui', name), ourUser, ourUser);
  const withoutGpu = { ...server, deploy: { resources: { reservations: { devices: 'DEVICES' } } } };
  const services = {
    nginx: { environment: { CERTIFICATE_CHECK_SECONDS: '1' } },
    'comfyui-0': withoutGpu,
    'comfyui-1': withoutGpu,
  };
  // A tag of compose that no library of YAML writes.
  const file = stringify({ services }, { aliasDuplicateObjects: false }).replaceAll('DEVICES', '!reset []');
  writeFileSync(join(folder, 'compose.trial.yml'), file);
  const all = ['', '.gpu', '.sdapi', '.graph', '.trial'].map((name) => `compose${name}.yml`);
  set('COMPOSE_FILE', all.join(':'));
  return {
    folder,
    url,
    ports,
    set,
    compose: async (...args) => (await compose(folder, args, 10 * 60_000)).stdout,
    roll: async (...args) => (await node([join(folder, 'rollOver.mjs'), ...args], 10 * 60_000)).stdout,
    async make(args, output) {
      const result = join(folder, output);
      await run(process.execPath, ['infra/cli/try.ts', ...args, '-o', result], {
        cwd: root,
        env: {
          ...process.env,
          NODE_EXTRA_CA_CERTS: join(secrets, 'certificates/tls_certificate'),
          STAR_GRAPH_API_URL: url,
          STAR_GRAPH_USERNAME: 'admin',
          STAR_GRAPH_PASSWORD: readFileSync(join(secrets, 'admin_password'), 'utf8'),
        },
        timeout: 240_000,
      });
      return readFileSync(result);
    },
    async [Symbol.asyncDispose]() {
      await compose(folder, ['--profile', '*', 'down', '--volumes', '--timeout', '5']);
      rmSync(checkout, { recursive: true, force: true });
    },
  };
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { botEnvSchema, botSecretNames } from '@star-graph/bot/config';
import { envSchema } from '@star-graph/core/ground/config/config';
import { secretNames } from '@star-graph/core/ground/config/secretNames';
import { describe, expect, test } from 'vitest';
import { backupEnvSchema } from '../../launcher/backups/backupConfig.ts';
import { type ComposeService, composeFolder, overBase, readCompose } from './readCompose.ts';

const files = readdirSync(composeFolder).filter((name) => /^compose\.(\w+\.)?yml$/.test(name));
const base = readCompose('compose.yml');
const services = files.flatMap((file) =>
  Object.entries(file === 'compose.yml' ? base.services : overBase(file)).map(
    ([name, service]) => [`${file} ${name}`, service] as const,
  ),
);

describe.each(services)('%s', (_, service) => {
  test('cannot write to its root, gain rights or run as root', () => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
    expect(service.security_opt).toContain('no-new-privileges:true');
    expect(service.user).toMatch(/^[1-9]\d*:[1-9]\d*$|^\$\{\w+:-[1-9]\d*:[1-9]\d*\}$/);
  });

  test('has a limit of memory, and a health check unless it runs once', () => {
    expect(service.deploy?.resources.limits.memory).toBeTruthy();
    if (service.restart === 'no') expect(service.healthcheck).toBeUndefined();
    else {
      expect(service.restart).toBe('unless-stopped');
      expect(service.healthcheck?.test[0]).toMatch(/^CMD/);
    }
  });

  test('has an image of one version', () => {
    // Ours have the version that the operator names; ComfyUI is of their choice.
    const own = /^\$\{REGISTRY:-localhost\/star-graph\}\/[a-z-]+:\$\{VERSION:-local\}$/;
    const chosen = /^\$\{COMFYUI_IMAGE:\?.+\}$/;
    const pinned = /^[a-z0-9./-]+:v?\d+\.\d+\.\d+(-\w+)?$/;
    expect([own, chosen, pinned].some((pattern) => pattern.test(service.image ?? ''))).toBe(true);
  });

  test('gets every secret that a variable of it names', () => {
    const paths = Object.values(service.environment ?? {}).flatMap((value) =>
      [...value.matchAll(/^\/run\/secrets\/(\w+)$/g)].map(([, name = '']) => name),
    );
    expect(service.secrets ?? []).toEqual(expect.arrayContaining(paths));
    expect(Object.keys(base.secrets ?? {})).toEqual(expect.arrayContaining(service.secrets ?? []));
  });
});

const known = new Set([
  ...Object.keys({ ...envSchema.shape, ...botEnvSchema.shape, ...backupEnvSchema.shape }),
  ...[...secretNames, ...botSecretNames, 'BACKUP_PASSPHRASE'].map((name) => `${name}_FILE`),
]);

test.each(['api', 'dispatcher', 'bot', 'migrate', 'backup'])(
  '%s is given only variables that exist',
  (name) => {
    const given = Object.keys(base.services[name]?.environment ?? {});
    expect(given.filter((variable) => !known.has(variable))).toEqual([]);
    const asText = [...secretNames, ...botSecretNames, 'BACKUP_PASSPHRASE'] as string[];
    // Addresses of GPU servers are a secret only where they hold a password.
    expect(given.filter((variable) => variable !== 'COMFYUI_URLS' && asText.includes(variable))).toEqual([]);
  },
);

/** What the file itself gives; whatever else an operator writes into platform.env has to count. */
const fixed = /_FILE$|^(API_HOST|\w+_PORT|ALLOWED_HOSTS|COMFYUI_URLS|STAR_GRAPH_API_URL|BACKUP_DIR)$/;

test.each(['api', 'dispatcher', 'bot', 'backup'])(
  'every setting of %s can be changed in platform.env, which is read last',
  (name) => {
    const { environment = {}, env_file } = base.services[name] ?? {};
    expect(Object.keys(environment).filter((variable) => !fixed.test(variable))).toEqual([]);
    expect(env_file).toEqual(['defaults.env', { path: 'platform.env', required: false }]);
    const defaults = readFileSync(join(composeFolder, 'defaults.env'), 'utf8').match(/^\w+(?==)/gm) ?? [];
    expect(defaults).toContain('S3_ENDPOINT');
    expect(defaults.filter((variable) => !known.has(variable) || variable in environment)).toEqual([]);
  },
);

test('every image of ours is built with the authorities that the operator names, and none of a process has them', () => {
  const built = services.filter(([, { build }]) => build !== undefined);
  expect(built.length).toBeGreaterThan(4);
  for (const [title, { build, secrets = [] }] of built) {
    expect([title, build]).toEqual([title, expect.objectContaining({ secrets: ['certificates'] })]);
    expect([title, secrets.includes('certificates')]).toEqual([title, false]);
  }
  // Nothing, without the setting.
  expect(base.secrets?.certificates).toEqual({ file: `\${BUILD_AUTHORITIES:-/dev/null}` });
});

test('nginx asks for the API in the network whose addresses the API trusts, and nowhere else', () => {
  const asked = Object.values(base.services.nginx?.environment ?? {}).join();
  expect(asked).toContain('server api.front:8080 resolve');
  expect(readFileSync(join(composeFolder, 'compose.yml'), 'utf8')).toContain(
    'front: { aliases: [api.front] }',
  );
});

test('a certificate is mounted with its folder, since a file alone stays the old one', () => {
  const { volumes = [], environment = {}, secrets = [] } = base.services.nginx ?? {};
  expect(secrets).toEqual([]);
  const folder = volumes.map((volume) => volume.split(':').at(-2)).find((path) => path === '/certificates');
  for (const name of ['TLS_CERTIFICATE', 'TLS_CERTIFICATE_KEY'])
    expect(environment[name]).toMatch(`${folder}/`);
});

test('no file that is left out of a command takes a network away from a process', () => {
  for (const file of files.filter((one) => one !== 'compose.yml'))
    for (const [name, { networks }] of Object.entries(readCompose(file).services))
      if (name in base.services && !['mariadb', 'redis'].includes(name)) expect(networks).toBeUndefined();
  for (const name of ['api', 'dispatcher', 'bot']) expect(base.services[name]?.networks).toContain('metrics');
});

test.each(['api', 'dispatcher'])('%s starts after the migration has ended well', (name) => {
  expect(base.services[name]?.depends_on?.migrate).toEqual({ condition: 'service_completed_successfully' });
});

test('GPU servers share a network with dispatchers and nobody else', () => {
  const all = files.flatMap((file) => Object.entries(readCompose(file).services));
  const members = new Set(all.filter(([, { networks }]) => networks?.includes('gpu')).map(([name]) => name));
  expect([...members].filter((name) => !/^(dispatcher|comfyui-\d+|preview-backend)$/.test(name))).toEqual([]);
  for (const [name, { networks, ports }] of all.filter(([title]) => /^(comfyui|preview)/.test(title)))
    expect({ name, networks, ports }).toEqual({ name, networks: ['gpu'], ports: undefined });
  expect(base.networks?.gpu?.internal).toBe(true);
});

test('the stores have no way out and are reached by nobody outside', () => {
  expect(base.networks?.stores?.internal).toBe(true);
  for (const name of ['mariadb', 'redis', 'store'])
    expect(base.services[name]).toMatchObject({ networks: ['stores'] });
  const open = Object.entries(base.services).filter(([, { ports }]) => ports !== undefined);
  expect(open.map(([name]) => name)).toEqual(['nginx']);
});

/** Files of ours, whose variables nginx's image fills from its environment. */
const templatesOf = ({ volumes = [] }: ComposeService) =>
  volumes.flatMap((volume) => {
    const [path = '', inside = ''] = volume.split(':');
    return inside.startsWith('/etc/nginx/templates/')
      ? [readFileSync(join(composeFolder, path), 'utf8')]
      : [];
  });

test.each(services.filter(([title]) => title.endsWith(' nginx')))(
  '%s fills every variable of its templates, and gives none that they lack',
  (_, { environment = {}, ...service }) => {
    const wanted = templatesOf(service).flatMap((text) =>
      [...text.matchAll(/\$\{([A-Z_]+)\}/g)].map(([, name = '']) => name),
    );
    expect(wanted.length).toBeGreaterThan(1);
    expect(new Set(wanted)).toEqual(new Set(Object.keys(environment)));
  },
);

test.each([
  ['sdapi', 'SDAPI_PORT', 7860],
  ['graph', 'GRAPH_PORT', 8188],
] as const)('the door %s is closed until its file opens it, behind nginx alone', (door, setting, port) => {
  const closed = JSON.stringify(base.services);
  expect(closed).not.toContain(setting);
  expect(closed).not.toContain(String(port));
  const opened = overBase(`compose.${door}.yml`);
  expect(Object.keys(opened).sort()).toEqual(['api', 'nginx']);
  expect(opened.api?.environment?.[setting]).toBe(String(port));
  expect(opened.api?.ports).toBeUndefined();
  expect(opened.nginx?.ports).toEqual([`\${${setting}:-${port}}:${port}`]);
  expect(Object.values(opened.nginx?.environment ?? {}).join()).toContain(`server api.front:${port} resolve`);
});

test('what Discord posts reaches the bot where its file opens the way, through nginx alone', () => {
  expect(JSON.stringify(base.services)).not.toMatch(/DISCORD_INTERACTIONS|DISCORD_SERVERS/);
  const opened = overBase('compose.discord.yml');
  expect(Object.keys(opened).sort()).toEqual(['bot', 'nginx']);
  const { DISCORD_INTERACTIONS_PORT: port, DISCORD_INTERACTIONS_HOST: host } = opened.bot?.environment ?? {};
  expect([host, opened.bot?.ports]).toEqual(['0.0.0.0', undefined]);
  expect(opened.nginx?.environment?.DISCORD_SERVERS).toContain(`server bot:${port} resolve`);
  // At the port of the platform, which nginx has open already.
  expect(opened.nginx?.ports).toEqual(base.services.nginx?.ports);
  expect(opened.nginx?.environment?.LISTEN_DISCORD).toBe(base.services.nginx?.environment?.LISTEN_HTTPS);
});

test('every file of ours that a service mounts exists', () => {
  const mounted = services.flatMap(([, { volumes = [] }]) =>
    volumes.map((volume) => volume.split(':')[0] ?? ''),
  );
  // Rooms of others may come later; what they were said to hold has to be there with them.
  const ours = mounted
    .filter((path) => /^\.\.?\/.*\.\w+$/.test(path))
    .map((path) => join(composeFolder, path))
    .filter((path) => existsSync(dirname(path)));
  expect(ours.length).toBeGreaterThan(0);
  expect(ours.filter((path) => !existsSync(path))).toEqual([]);
});

test('ComfyUI finds the models of the machine where its base directory has them', () => {
  const { services: gpu } = readCompose('compose.gpu.yml');
  for (const name of ['comfyui-0', 'comfyui-1']) {
    const { command = [], volumes = [] } = gpu[name] ?? {};
    const base = [command].flat()[[command].flat().indexOf('--base-directory') + 1];
    expect([name, volumes]).toEqual([
      name,
      expect.arrayContaining([expect.stringMatching(`^\\$\\{MODELS_FOLDER:.+\\}:${base}/models:ro$`)]),
    ]);
  }
});

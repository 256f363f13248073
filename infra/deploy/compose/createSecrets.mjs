import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/*
 * node infra/deploy/compose/createSecrets.mjs [--name pictures.example]: makes what compose.yml needs, once. Nothing that is
 * there is ever written again: the data was made with it.
 */

const { values } = parseArgs({
  options: { name: { type: 'string', default: 'localhost' }, folder: { type: 'string' } },
});
const name = values.name;
const folder = values.folder ?? dirname(fileURLToPath(import.meta.url));
const secrets = join(folder, 'secrets');
const made = [];

if (!/^[a-z0-9.-]{1,253}$/.test(name))
  throw new Error('--name must be the name that people reach the platform by.');

// Nobody else on this machine passes the folder; the files are readable, because containers have users of their own.
mkdirSync(secrets, { recursive: true, mode: 0o700 });
chmodSync(secrets, 0o700);

/**
 * Whole or not at all, and never over another: a run that was killed is simply repeated.
 * @param {string} path
 * @param {() => string} make
 * @param {number} mode
 */
function createOnce(path, make, mode) {
  if (existsSync(path)) return;
  const unfinished = `${path}.${process.pid}.new`;
  writeFileSync(unfinished, make(), { flag: 'wx', mode });
  chmodSync(unfinished, mode);
  try {
    linkSync(unfinished, path);
    made.push(path);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(unfinished);
  }
}

/**
 * @param {string} file
 * @param {() => string} make
 */
const secret = (file, make) => createOnce(join(secrets, file), make, 0o444);
const password = () => randomBytes(24).toString('hex');
/** @param {number} bytes */
const key = (bytes) => `${randomBytes(4).toString('hex')}:${randomBytes(bytes).toString('base64url')}`;

/**
 * A secret that stands in two forms: the plain one decides.
 * @param {string} file
 */
const readBack = (file) => readFileSync(join(secrets, file), 'utf8');

secret('jwt_keys', () => key(64));
secret('data_keys', () => key(32));
secret('admin_password', () => (randomBytes(10).toString('hex').match(/.{5}/g) ?? []).join('-'));
secret('backup_passphrase', password);
secret('mariadb_root_password', password);
secret('mariadb_password', password);
secret('database_url', () => `mysql://star_graph:${readBack('mariadb_password')}@mariadb:3306/star_graph`);
secret('redis_password', password);
secret('redis_conf', () => `requirepass ${readBack('redis_password')}\n`);
secret('redis_url', () => `redis://:${readBack('redis_password')}@redis:6379/0`);
secret('s3_access_key', () => randomBytes(10).toString('hex'));
secret('s3_secret_key', password);
secret(
  'store.env',
  () => `ROOT_ACCESS_KEY=${readBack('s3_access_key')}\nROOT_SECRET_KEY=${readBack('s3_secret_key')}\n`,
);

const isLocal = name === 'localhost';
const [httpPort, httpsPort] = isLocal ? [8080, 8443] : [80, 443];
const settings = [
  '# Further files go behind the first, with colons: every command then knows them.',
  'COMPOSE_FILE=compose.yml',
  `SERVER_NAME=${name}`,
  `PUBLIC_URL=https://${name}${isLocal ? `:${httpsPort}` : ''}`,
  `STORE_URL=https://${name}:9443`,
  `HTTP_PORT=${httpPort}`,
  `HTTPS_PORT=${httpsPort}`,
];
createOnce(join(folder, '.env'), () => `${settings.join('\n')}\n`, 0o600);
createOnce(
  join(folder, 'platform.env'),
  () => '# Settings of API and dispatchers: .env.example has them.\n',
  0o600,
);

for (const [path, owner] of /** @type {const} */ ([
  ['objects', 65_532],
  ['backups', 65_532],
  ['comfyui/0', 1_000],
  ['comfyui/1', 1_000],
  ['acme', undefined],
])) {
  mkdirSync(join(folder, path), { recursive: true });
  if (owner === undefined) continue;
  if (process.getuid?.() === 0) chownSync(join(folder, path), owner, owner);
  else console.log(`Give the folder to the containers: sudo chown ${owner}:${owner} ${join(folder, path)}`);
}

// A folder that nginx may enter, inside of one that nobody else on this machine may.
const certificates = join(secrets, 'certificates');
mkdirSync(certificates, { recursive: true, mode: 0o755 });
const certificate = join(certificates, 'tls_certificate');
// Earlier releases had both among the other secrets.
for (const file of ['tls_key', 'tls_certificate']) {
  const earlier = join(secrets, file);
  if (existsSync(earlier)) createOnce(join(certificates, file), () => readFileSync(earlier, 'utf8'), 0o444);
}
if (!existsSync(certificate)) {
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '90',
      '-subj',
      `/CN=${name}`,
      '-addext',
      `subjectAltName=DNS:${name}`,
      '-keyout',
      join(certificates, 'tls_key'),
      '-out',
      certificate,
    ],
    { stdio: 'ignore' },
  );
  for (const file of [certificate, join(certificates, 'tls_key')]) chmodSync(file, 0o444);
  made.push(certificate);
  console.log(
    `The certificate is signed by itself, for trying: browsers warn. Put a real one over ${certificate} and its key.`,
  );
}

console.log(made.length === 0 ? 'Everything was there.' : `Made: ${made.join(', ')}`);
console.log(`The administrator is "admin"; the password is in ${join(secrets, 'admin_password')}`);

import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LaunchFailure } from '../../launcher/failure.ts';
import { runMain } from '../../launcher/processes/stopSignals.ts';
import { readCall } from '../readCall.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
const source = join(root, 'infra/deploy/systemd');

const usage = `npm run sg -- install   writes units for systemd with the paths of this checkout and of this Node
  --to FOLDER             below which they are written, / by default`;

async function main(): Promise<number> {
  const { values } = readCall(usage, { options: { to: { type: 'string', default: '/' } } });
  // Programs of these folders are hidden from the units, as are the folders of people.
  if (/^\/(home|root|run\/user|tmp|var\/tmp)\//.test(`${root}/`) && values.to === '/')
    throw new LaunchFailure(
      `Units see nothing of ${root}. Put the checkout into /opt/star-graph and try again.`,
    );
  const written = readdirSync(source)
    .filter((name) => /\.(service|timer|conf)$/.test(name))
    .map((name) => {
      const folder = join(values.to, name === 'sysusers.conf' ? 'etc/sysusers.d' : 'etc/systemd/system');
      mkdirSync(folder, { recursive: true });
      const path = join(folder, name === 'sysusers.conf' ? 'star-graph.conf' : name);
      const text = readFileSync(join(source, name), 'utf8');
      writeFileSync(
        path,
        text.replaceAll('/opt/star-graph', root).replaceAll('/usr/bin/node', process.execPath),
      );
      return path;
    });
  const settings = join(root, '.env');
  if (existsSync(settings)) chmodSync(settings, 0o640);
  console.log(`Written: ${written.map((path) => basename(path)).join(', ')}\n\n${steps(settings)}`);
  return 0;
}

const steps = (settings: string) => `As root:
  systemd-sysusers
  chown root:star-graph ${settings}
  systemctl daemon-reload
  systemctl enable --now star-graph-dispatcher@1 star-graph-dispatcher@2 star-graph-api star-graph-backup.timer
and with a Discord bot:
  systemctl enable --now star-graph-bot

The units need DATABASE_URL, REDIS_URL, JWT_KEYS, DATA_KEYS and, without S3, FILE_SIGNING_KEY in ${settings}; "npm run sg -- doctor" checks them.`;

await runMain(main);

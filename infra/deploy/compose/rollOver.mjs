import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/*
 * node infra/deploy/compose/rollOver.mjs [service …]: puts new containers in the place of the old ones of a service, while
 * nobody waits: the new ones come up beside the old ones, and only when they serve do the old ones end, one after the other.
 * Without a name it is an upgrade: it migrates, rolls the dispatchers, then the API, then brings up what else has changed.
 */

const folder = dirname(fileURLToPath(import.meta.url));
const given = process.argv.slice(2);
const rolled = given.length > 0 ? given : ['dispatcher', 'api'];

/** @param {string[]} args */
const docker = (...args) =>
  execFileSync('docker', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
/** @param {string} service */
const listContainers = (service) => docker('compose', 'ps', '--quiet', service).split('\n').filter(Boolean);

/** @param {string} service @returns how many there were */
function roll(service) {
  const old = listContainers(service);
  if (old.length === 0) throw new Error(`No container of ${service} runs: docker compose up -d starts it.`);
  console.log(`${service}: ${old.length} new beside ${old.length} old …`);
  // With what it depends on: without, compose would take each container for one of another file at the next `up`.
  const up = ['up', '--detach', '--no-recreate', '--wait', '--wait-timeout', '600'];
  try {
    docker('compose', ...up, '--scale', `${service}=${old.length * 2}`, service);
  } catch {
    for (const id of listContainers(service).filter((one) => !old.includes(one)))
      docker('rm', '--force', '--volumes', id);
    throw new Error(`The new containers of ${service} do not serve and were removed; the old ones serve on.`);
  }
  for (const id of old) {
    docker('stop', id);
    docker('rm', '--volumes', id);
  }
  return old.length;
}

try {
  // Of the new image; whoever comes next waits for its end, and does not start when it fails.
  if (given.length === 0) docker('compose', 'up', '--detach', '--force-recreate', 'migrate');
  const scales = rolled.flatMap((service) => ['--scale', `${service}=${roll(service)}`]);
  if (given.length === 0) docker('compose', 'up', '--detach', '--wait', '--wait-timeout', '600', ...scales);
  console.log('Done.');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

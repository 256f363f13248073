import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { expect, test, vi } from 'vitest';
import { folder, readRules } from './readRules.ts';
import { runAmtool } from './tools.ts';

const config = 'alertmanager.example.yml';

/** Who is told of an alert with these labels. */
const findReceivers = async (...labels: string[]): Promise<string> =>
  (await runAmtool('config', 'routes', 'test', `--config.file=${config}`, ...labels)).trim();

test('Alertmanager takes the example', async () => {
  expect(await runAmtool('check-config', config)).toContain('SUCCESS');
});

test('a page calls somebody, and a ticket goes to the post', async () => {
  expect(await findReceivers('alertname=NoLeader', 'severity=page')).toBe('pager');
  expect(await findReceivers('alertname=MemoryHigh', 'severity=ticket')).toBe('tickets');
});

/**
 * Debian's looks for the template of its messages where its package would be installed, and ends without it; here it may
 * be unpacked elsewhere.
 */
const begin = `
  share="$(dirname "$(dirname "$(command -v prometheus-alertmanager)")")/share"
  if [ "$share" != /usr/share ] && [ -d "$share" ]; then
    exec unshare --map-root-user --mount sh -c '
      mount -t overlay -o "lowerdir=$1:/usr/share" overlay /usr/share && shift && exec "$@"
    ' sh "$share" prometheus-alertmanager "$@"
  fi
  exec prometheus-alertmanager "$@"`;

/** A real one with the example. Nobody is told before 30 seconds have passed, and it ends before. */
async function startAlertmanager() {
  const parts = new AsyncDisposableStack();
  const dir = mkdtempSync(join(tmpdir(), 'alertmanager-'));
  parts.defer(() => rmSync(dir, { recursive: true }));
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const place = [
    `--storage.path=${dir}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ];
  const args = [`--config.file=${join(folder, config)}`, ...place];
  const child = spawn('sh', ['-c', begin, 'sh', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const [ended, said] = [once(child, 'exit'), text(child.stderr)];
  parts.defer(async () => {
    child.kill();
    await ended;
  });
  const isReady = async () => expect((await fetch(`${url}/-/ready`)).status).toBe(200);
  const isOver = ended.then(async () => {
    throw new Error(`Alertmanager has ended: ${await said}`);
  });
  await Promise.race([vi.waitFor(isReady, { timeout: 200_000, interval: 50 }), isOver]);
  // It ends at the end of the test, too.
  isOver.catch(() => undefined);
  const severityOf = (name: string) => readRules().find(({ alert }) => alert === name)?.labels.severity ?? '';
  return {
    /** @param endsAt absent: they fire */
    async tell(names: readonly string[], endsAt?: Date): Promise<void> {
      const alerts = names.map((alertname) => ({
        labels: { alertname, severity: severityOf(alertname) },
        ...(endsAt === undefined ? {} : { endsAt }),
      }));
      const headers = { 'Content-Type': 'application/json' };
      const body = JSON.stringify(alerts);
      expect((await fetch(`${url}/api/v2/alerts`, { method: 'POST', headers, body })).status).toBe(200);
    },
    /** What somebody is told of, when what only follows is kept back. */
    async listTold(): Promise<string[]> {
      const answer = await fetch(`${url}/api/v2/alerts?inhibited=false`);
      const told = (await answer.json()) as { labels: { alertname: string } }[];
      return told.map(({ labels }) => labels.alertname).toSorted();
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

test('a database that is away is one call, which names it, and what is wrong after it is told', async () => {
  await using alertmanager = await startAlertmanager();
  // What fired when one database was frozen, and what has nothing to do with it.
  const follows = ['AcceptErrorBudget', 'ApiErrors', 'LoopFails', 'NoLeader', 'OutboxLags', 'QueueStands'];
  await alertmanager.tell([...follows, 'CertificateEnds', 'DatabaseAway']);
  await expect.poll(() => alertmanager.listTold()).toEqual(['CertificateEnds', 'DatabaseAway']);
  await alertmanager.tell(['DatabaseAway'], new Date());
  await expect.poll(() => alertmanager.listTold()).toEqual([...follows, 'CertificateEnds'].toSorted());
});

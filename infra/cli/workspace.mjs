import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitCodeOf, openLog, runQuietly, showPath } from './quietRun.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const pnpmVersion = '12.21.0';
const commands = [
  'start',
  'sg',
  'test',
  'try',
  'services',
  'chaos',
  'explore',
  'bench',
  'new',
  'backup',
  'restore',
  'migrate',
  'keys',
  'release',
  'doctor',
  'build-console',
  'build-client',
  'build-docs',
  'plots',
  'imports',
  'dashboards',
];
const projectNodeMajor = 24;
/** As `engines` says. What is older gets no corrections any more: it brings the packages in, and runs nothing else. */
const leastNodeMajor = 22;
/**
 * The launcher stays as long as the platform and makes little garbage: of 153 MiB these are 20.
 * @type {Record<string, string[]>}
 */
const flags = { start: ['--max-semi-space-size=2'] };

/**
 * Brings the workspace's packages in when they are missing or old, then runs `infra/cli/<command>.ts` with Node 24.
 * @param {string[]} args the command and what belongs to it
 */
export async function runCommand([command = '', ...rest]) {
  if (!commands.includes(command)) {
    return fail(`Unknown command "${command}". There are: ${commands.join(', ')}.`);
  }
  const fault = await installWorkspace();
  if (fault === 'stopped') return;
  if (fault !== undefined) return fail(fault);
  const node = findNode();
  if (node === undefined) {
    return fail(
      `Star-Graph runs on Node ${projectNodeMajor}, and there is no prebuilt one for ${process.platform}-${process.arch}. Install Node ${projectNodeMajor} and try again.`,
    );
  }
  runWith(node, [...(flags[command] ?? []), join(root, 'infra', 'cli', `${command}.ts`), ...rest]);
}

/** @param {string} message one or two sentences: what is wrong and the way out */
function fail(message) {
  console.error(message);
  process.exitCode = 1;
}

/**
 * Runs the package manager only when what it would install differs from what it installed last. Then it also says that
 * this machine's Node is too old, once for each version of the packages.
 * @returns {Promise<string | undefined>} what went wrong; `stopped` by the person, and the exit code is set
 */
async function installWorkspace() {
  const record = join(root, 'node_modules', '.star-graph-installed');
  const wanted = hashOfInputs();
  if (existsSync(record) && readFileSync(record, 'utf8') === wanted) return undefined;
  const logFile = openLog(root, process.env);
  const options = ['--frozen-lockfile', '--config.confirmModulesPurge=false', '--reporter=append-only'];
  const args = ['--yes', `pnpm@${pnpmVersion}`, 'install', ...options];
  // On stderr: `try --json` has stdout to itself.
  const output = {
    write: (/** @type {string} */ text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY === true,
  };
  const install = await runQuietly({ program: 'npx', args, cwd: root, logFile }, output);
  if (install.signal !== undefined) {
    process.exitCode = exitCodeOf(install.signal);
    return 'stopped';
  }
  if (install.code === 'ENOENT') return 'npx is missing: it comes with npm. Install npm and try again.';
  if (!install.isDone) {
    return `${install.end}\n\nThe packages could not be installed (above is why; all of it is in ${showPath(root, logFile)}). Check the network, the disk and "npm config get registry", then try again.`;
  }
  writeFileSync(record, wanted);
  const advice = adviseOnNode(process.versions.node);
  if (advice !== undefined) console.error(advice);
  return undefined;
}

/** The lock file decides the versions, the platform which prebuilt packages belong to it. */
function hashOfInputs() {
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json'])
    hash.update(readFileSync(join(root, file)));
  return hash.update(`${pnpmVersion} ${process.platform} ${process.arch}`).digest('hex');
}

/**
 * @param {string} version of the Node of this machine
 * @returns {string | undefined} what to say of it
 */
export function adviseOnNode(version) {
  if (Number(version.split('.')[0]) >= leastNodeMajor) return undefined;
  return `This machine has Node ${version}, which gets no corrections any more. Star-Graph runs on the Node ${projectNodeMajor} that came with its packages; for your own sake, install Node ${leastNodeMajor} or newer.`;
}

/** The installed Node where it is new enough, else the one that came with the packages. */
function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= projectNodeMajor) return process.execPath;
  const packaged = join(root, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  return existsSync(packaged) ? packaged : undefined;
}

/**
 * Becomes the command, so that npm's signals and its exit code are the command's own and no second Node keeps its
 * memory. A Node without `execve` (before 22.15) stays between: it passes signals on and takes the exit code over, and
 * Ctrl-C reaches both, so the command may hear a signal twice and must not mind. The channel tells it when the one
 * between is killed without a word.
 * @param {string} node
 * @param {string[]} args
 */
export function runWith(node, args) {
  const bin = join(root, 'node_modules', '.bin');
  const path = [dirname(node), bin, process.env.PATH ?? ''].join(delimiter);
  const env = { ...process.env, PATH: path };
  if (process.execve !== undefined) process.execve(node, [node, ...args], env);
  const child = spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env });
  let isAsked = false;
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => {
      isAsked = true;
      child.kill(signal);
    });
  child.on('error', (error) => fail(`${node} does not run: ${error.message}`));
  child.on('exit', (code, signal) => {
    // As a shell has it. The command listens for signals once it is loaded; before that they end it.
    process.exitCode = signal === null ? (code ?? 1) : exitCodeOf(signal);
    if (signal !== null && !isAsked) console.error(`Ended by ${signal}.`);
  });
}

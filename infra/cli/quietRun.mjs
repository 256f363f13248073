import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/*
 * Runs before the packages are there, so it uses Node 20 alone. What a package manager says goes to a log; people see
 * one line of ours, and the end of the log when it fails.
 */

const endLines = 15;
const limitMs = 15 * 60_000;
const eraseLine = '\r\u001B[2K';

/**
 * The log of what runs before the launcher, in the data directory as `DATA_DIR` or `.env` names it. Where nothing can
 * be kept there the launcher says so; until then the log is a temporary one.
 * @param {string} root of the checkout
 * @param {Record<string, string | undefined>} env
 */
export function openLog(root, env) {
  const dataDir = resolve(root, env.DATA_DIR || findInFile(root) || '.data');
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    mkdirSync(join(dataDir, 'logs'), { recursive: true });
    return join(dataDir, 'logs', 'install.log');
  } catch {
    return join(tmpdir(), `star-graph-install-${process.pid}.log`);
  }
}

/** @param {string} root */
function findInFile(root) {
  try {
    const [, value] =
      /^\s*DATA_DIR\s*=\s*["']?([^"'#\r\n]*)/m.exec(readFileSync(join(root, '.env'), 'utf8')) ?? [];
    return value?.trim();
  } catch {
    // There is no such file, or the launcher says what is wrong with it.
    return undefined;
  }
}

/**
 * Runs a program to its end behind one line of progress.
 * @param {{ program: string, args: string[], cwd: string, logFile: string }} what
 * @param {{ write(text: string): void, isTerminal: boolean }} output
 * @returns {Promise<{ isDone: boolean, code?: string, signal?: NodeJS.Signals, end: string }>} `code` of a program that does not
 * run, `signal` of a person who stopped it, and the last lines that it said
 */
export async function runQuietly({ program, args, cwd, logFile }, output) {
  const line = createLine(output);
  mkdirSync(dirname(logFile), { recursive: true });
  const log = createWriteStream(logFile, { mode: 0o600 });
  /** @type {string[]} */
  const end = [];
  // `npm run -s` would keep the package manager from saying in the log what is wrong, too.
  const { npm_config_loglevel: _, ...env } = process.env;
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: limitMs });
  /** @type {NodeJS.Signals | undefined} */
  let signal;
  const listeners = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']).map((name) => {
    const pass = () => {
      signal = name;
      child.kill(name);
    };
    process.on(name, pass);
    return () => process.off(name, pass);
  });
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (text) => {
      log.write(`${text}\n`);
      line.look(text);
      end.push(text);
      if (end.length > endLines) end.shift();
    });
  /** @type {{ exitCode?: number | null, code?: string }} */
  const ended = await new Promise((settle) => {
    child.once('error', (/** @type {NodeJS.ErrnoException} */ { code = 'unknown' }) => settle({ code }));
    child.once('close', (exitCode) => settle({ exitCode }));
  });
  for (const stop of listeners) stop();
  await new Promise((settle) => log.end(() => settle(undefined)));
  const isDone = ended.exitCode === 0 && signal === undefined;
  line.end(isDone);
  return {
    isDone,
    end: end.join('\n'),
    ...(ended.code === undefined ? {} : { code: ended.code }),
    ...(signal === undefined ? {} : { signal }),
  };
}

/**
 * As a shell has it.
 * @param {NodeJS.Signals} signal
 */
export const exitCodeOf = (signal) => 128 + constants.signals[signal];

/**
 * The log as people would type it.
 * @param {string} root
 * @param {string} logFile
 */
export const showPath = (root, logFile) => {
  const inside = relative(root, logFile);
  return inside.startsWith('..') ? logFile : inside;
};

/**
 * Like the launcher's lines, which follow it.
 * @param {{ write(text: string): void, isTerminal: boolean }} output
 */
function createLine({ write, isTerminal }) {
  const startedAtMs = performance.now();
  let counts = '';
  const seconds = () => Math.round((performance.now() - startedAtMs) / 1_000);
  /** @param {string} mark @param {string} text */
  const draw = (mark, text) => `       ${mark} ${'packages'.padEnd(16)} ${text}`.trimEnd();
  const redraw = () => write(`${eraseLine}${draw('…', `installing${counts} (${seconds()} s)`)}`);
  if (!isTerminal) write(`${draw('…', 'installing; the first time takes a minute or two')}\n`);
  const timer = isTerminal ? setInterval(redraw, 1_000) : undefined;
  if (isTerminal) redraw();
  return {
    /** @param {string} text a line of pnpm */
    look(text) {
      const [, resolved, added] = /^Progress: resolved (\d+),.* added (\d+)/.exec(text) ?? [];
      if (resolved !== undefined) counts = `, ${added} of ${resolved}`;
    },
    /** @param {boolean} isDone */
    end(isDone) {
      clearInterval(timer);
      const text = isDone ? `installed (${seconds()} s)` : '';
      write(`${isTerminal ? eraseLine : ''}${draw(isDone ? '✓' : '✗', text)}\n`);
    },
  };
}

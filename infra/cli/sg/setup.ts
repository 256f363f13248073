import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import type { Locale } from '@star-graph/workflows/workflow';
import { findSecrets } from '../../launcher/dataDir/secrets.ts';
import { LaunchFailure } from '../../launcher/failure.ts';
import type { Environment } from '../../launcher/launcherConfig.ts';
import { runMain } from '../../launcher/processes/stopSignals.ts';
import { readCall } from '../readCall.ts';
import { readAlertTarget, writeAlertTarget } from './alertTarget.ts';
import { changeEnvFile } from './changeEnvFile.ts';
import { alertsSetting, askAll, flagOf, type Question, questions } from './questions.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

const usage = `npm run sg -- setup     asks, tries each answer at once, and writes .env; again at any time
  --yes                   asks nobody: every answer is given here
  --file FILE             another one than .env
  --language en | zh-CN
${questions.map((question) => `  --${flagOf(question)}`).join('\n')}`;

async function main(): Promise<number> {
  const { values } = readCall(usage, {
    options: {
      yes: { type: 'boolean', default: false },
      // Not env-file, which Node itself would take.
      file: { type: 'string', default: join(root, '.env') },
      language: { type: 'string', default: languageOf(process.env) },
      ...Object.fromEntries(questions.map((question) => [flagOf(question), { type: 'string' } as const])),
    },
  });
  const file = String(values.file);
  const language: Locale = values.language === 'zh-CN' ? 'zh-CN' : 'en';
  const words = sentences[language];
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const alertFile = join(dirname(file), 'alertmanager.yml');
  const target = readAlertTarget(alertFile);
  const before = { ...parseEnv(text), ...(target === undefined ? {} : { [alertsSetting]: target }) };
  const given = readGiven(values);
  const { ask, close } = createAsk(values.yes === true, language);
  const answers = await askAll({ root, language, ask, say: console.log }, before, given).finally(close);
  const { [alertsSetting]: alerts, ...settings } = answers;
  const changes = { ...settings, ...makeKeys({ ...before, ...settings }) };
  const names = Object.keys(changes);
  if (names.length > 0) replaceFile(file, changeEnvFile(text, changes));
  if (alerts !== undefined) {
    replaceFile(alertFile, writeAlertTarget(alerts));
    console.log(words.alerts(alertFile));
  }
  if (names.length > 0) console.log(words.written(file, names.join(', ')));
  else if (alerts === undefined) console.log(words.unchanged);
  return 0;
}

const sentences = {
  en: {
    written: (file: string, names: string) => `Written to ${file}: ${names}.\nNext: npm start`,
    unchanged: 'Nothing was changed.',
    alerts: (file: string) => `Written to ${file}: give it to Alertmanager.`,
    keeps: 'unchanged',
  },
  'zh-CN': {
    written: (file: string, names: string) => `已写入 ${file}：${names}。\n下一步：npm start`,
    unchanged: '没有任何改动。',
    alerts: (file: string) => `已写入 ${file}，请交给 Alertmanager 使用。`,
    keeps: '不变',
  },
} as const;

/** As other programs of a terminal choose it. */
const languageOf = ({ LC_ALL, LC_MESSAGES, LANG }: Environment): Locale =>
  (LC_ALL || LC_MESSAGES || LANG || '').startsWith('zh') ? 'zh-CN' : 'en';

/** Only its owner may read it, also while it is written. */
function replaceFile(file: string, text: string): void {
  const unfinished = `${file}.new`;
  writeFileSync(unfinished, text, { mode: 0o600 });
  renameSync(unfinished, file);
}

/** Of secrets the files are given, since arguments are seen by everybody on the machine. */
function readGiven(values: Readonly<Record<string, unknown>>): Environment {
  return Object.fromEntries(
    questions.flatMap((question) => {
      const value = values[flagOf(question)];
      if (typeof value !== 'string') return [];
      return [[question.name, question.isSecret ? readFileSync(value, 'utf8').trim() : value]];
    }),
  );
}

function createAsk(takesDefaults: boolean, language: Locale) {
  let lines: ReturnType<typeof openLines> | undefined;
  const ask = async (question: Question, now: string | undefined): Promise<string | undefined> => {
    if (takesDefaults) return now;
    if (!process.stdin.isTTY)
      throw new LaunchFailure(
        `There is nobody to answer. Give --${flagOf(question)}, or --yes for what is there and usual.`,
      );
    lines ??= openLines();
    const shown =
      now === undefined ? '' : question.isSecret ? ` [${sentences[language].keeps}]` : ` [${now}]`;
    const typed = await lines.read(`${question.asks[language]}${shown}: `, question.isSecret === true);
    return typed === '' && now === undefined ? undefined : typed;
  };
  return { ask, close: () => lines?.close() };
}

/**
 * One reader from the first question to the last, so that the terminal itself never shows what is typed: not a secret
 * that is typed before its question is there, nor one that is pasted while an answer is tried.
 */
function openLines() {
  let isHidden = false;
  const output = new Writable({
    write(chunk, _encoding, done) {
      if (!isHidden) process.stdout.write(chunk);
      done();
    },
  });
  const reader = createInterface({ input: process.stdin, output, terminal: true });
  const stop = () => process.exit(130);
  reader.once('SIGINT', stop);
  return {
    async read(prompt: string, isSecret: boolean): Promise<string> {
      // The reader draws its line anew with each key: of a secret only the question is shown.
      if (isSecret) process.stdout.write(prompt);
      isHidden = isSecret;
      const typed = await reader.question(isSecret ? '' : prompt);
      isHidden = true;
      if (isSecret) process.stdout.write('\n');
      return typed.trim();
    },
    close: () => reader.close(),
  };
}

/** With a database of one's own its keys belong beside its address: the processes may run anywhere. */
function makeKeys(env: Environment): Record<string, string> {
  const dataDir = resolve(root, env.DATA_DIR ?? '.data');
  if (!env.DATABASE_URL || findSecrets(dataDir) !== undefined) return {};
  const key = (bytes: number) =>
    `${randomBytes(4).toString('hex')}:${randomBytes(bytes).toString('base64url')}`;
  return {
    ...(env.JWT_KEYS ? {} : { JWT_KEYS: key(64) }),
    ...(env.DATA_KEYS ? {} : { DATA_KEYS: key(32) }),
    // Where files are on a disk, it signs their addresses.
    ...(env.FILE_SIGNING_KEY ? {} : { FILE_SIGNING_KEY: randomBytes(48).toString('base64url') }),
  };
}

await runMain(main);

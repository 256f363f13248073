import { LaunchFailure } from '../../launcher/failure.ts';
import { type Environment, type LauncherConfig, parseLauncherConfig } from '../../launcher/launcherConfig.ts';
import {
  checkDatabase,
  checkRedis,
  checkStorage,
  findSilentBackends,
  openBackendNetwork,
} from '../../launcher/steps/externalParts.ts';
import { askDiscord, greetMailServer } from './otherServers.ts';

export interface Question {
  /** The setting that the answer becomes. */
  name: string;
  asks: string;
  /** Never shown, and as an argument only as the path of a file: everybody on the machine sees arguments. */
  isSecret?: true;
  /** Asked only where this setting has an answer. */
  after?: string;
  /** Tries the answer at once. @returns what is worth knowing. @throws LaunchFailure that says what is wrong */
  check?(config: LauncherConfig, env: Environment): Promise<string | undefined>;
}

export const questions: readonly Question[] = [
  {
    name: 'PUBLIC_URL',
    asks: 'The address that people open, such as https://pictures.example (empty: this machine alone)',
  },
  {
    name: 'TRUSTED_PROXIES',
    asks: 'The address that nginx or Caddy connects from, such as 127.0.0.1 (empty: none is in front)',
    after: 'PUBLIC_URL',
  },
  {
    name: 'DATABASE_URL',
    asks: 'MariaDB, mysql://user:password@host:3306/database (empty: a private one)',
    isSecret: true,
    check: async ({ databaseUrl = '' }) => void (await checkDatabase(databaseUrl)),
  },
  {
    name: 'REDIS_URL',
    asks: 'Redis, redis://:password@host:6379/0 (empty: a private one)',
    isSecret: true,
    check: async ({ redisUrl = '' }) => void (await checkRedis(redisUrl)),
  },
  { name: 'S3_ENDPOINT', asks: 'S3 for files, https://s3.example (empty: files on this machine)' },
  { name: 'S3_BUCKET', asks: 'Its bucket', after: 'S3_ENDPOINT' },
  { name: 'S3_ACCESS_KEY', asks: 'Its access key', isSecret: true, after: 'S3_ENDPOINT' },
  {
    name: 'S3_SECRET_KEY',
    asks: 'Its secret key',
    isSecret: true,
    after: 'S3_ENDPOINT',
    async check({ objectStorage }) {
      const said: string[] = [];
      if (objectStorage) await checkStorage(objectStorage, (sentence) => said.push(sentence));
      return said.join('\n') || undefined;
    },
  },
  {
    name: 'COMFYUI_URLS',
    asks: 'GPU servers, http://gpu1:8188,http://gpu2:8188 (empty: placeholders, drawn here)',
    async check({ authoritiesFile, backends }) {
      const silent = await findSilentBackends(openBackendNetwork(authoritiesFile), backends);
      return silent.join('\n') || undefined;
    },
  },
  {
    name: 'DISCORD_TOKEN',
    asks: 'Token of a Discord bot (empty: no bot)',
    isSecret: true,
    check: (_config, env) => askDiscord(env),
  },
  {
    name: 'SMTP_URL',
    asks: 'Server for e-mail, smtps://user:password@host:465 or smtp://…:587 (empty: no e-mail)',
    isSecret: true,
    check: (_config, env) => greetMailServer(env),
  },
  {
    name: 'MAIL_FROM',
    asks: 'Sender of e-mail, such as Star-Graph <noreply@pictures.example>',
    after: 'SMTP_URL',
  },
  {
    name: 'BACKUP_RECIPIENTS',
    asks: 'Who opens backups: an age1… recipient; npm run sg -- backup --new-identity makes one (empty: no backups)',
  },
  { name: 'BACKUP_EVERY_HOURS', asks: 'Hours from one backup to the next', after: 'BACKUP_RECIPIENTS' },
];

export const flagOf = ({ name, isSecret }: Pick<Question, 'name' | 'isSecret'>): string =>
  `${name.toLowerCase().replaceAll('_', '-')}${isSecret ? '-file' : ''}`;

interface AskDeps {
  root: string;
  /** @param now what stands in the settings: an empty answer keeps it. Undefined: nobody is there to answer */
  ask(question: Question, now: string | undefined): Promise<string | undefined>;
  say(sentence: string): void;
}

/**
 * Asks each question until its answer is tried and good. An answer that was given beforehand is tried too, and ends all
 * where it is wrong.
 * @returns the settings that are new.
 */
export async function askAll(
  deps: AskDeps,
  before: Environment,
  given: Environment,
): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  for (const question of questions) {
    const known: Environment = { ...before, ...answers };
    if (question.after !== undefined && !known[question.after]) continue;
    const answer = await answerOf(deps, question, known, given[question.name]);
    if (answer !== undefined && answer !== known[question.name]) answers[question.name] = answer;
  }
  return answers;
}

async function answerOf(
  deps: AskDeps,
  question: Question,
  known: Environment,
  given: string | undefined,
): Promise<string | undefined> {
  for (;;) {
    const typed = given ?? (await deps.ask(question, known[question.name]));
    // Enter keeps what is there.
    const answer = typed === '' ? known[question.name] : typed;
    if (answer === undefined) return undefined;
    try {
      const config = parseLauncherConfig(deps.root, complete({ ...known, [question.name]: answer }));
      const said = await question.check?.(config, { ...known, [question.name]: answer });
      if (said !== undefined) deps.say(said);
      return answer;
    } catch (error) {
      if (!(error instanceof LaunchFailure) || given !== undefined) throw error;
      deps.say(error.message);
    }
  }
}

/** What needs several answers counts as none until the last is there. */
const complete = ({ S3_ENDPOINT, SMTP_URL, ...env }: Environment): Environment => ({
  ...env,
  ...(env.S3_ACCESS_KEY && env.S3_SECRET_KEY && { S3_ENDPOINT }),
  ...(env.MAIL_FROM && { SMTP_URL }),
});

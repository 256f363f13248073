import type { Locale, LocalizedText } from '@star-graph/workflows/workflow';
import { LaunchFailure } from '../../launcher/failure.ts';
import { type Environment, type LauncherConfig, parseLauncherConfig } from '../../launcher/launcherConfig.ts';
import {
  checkDatabase,
  checkRedis,
  checkStorage,
  findSilentBackends,
  openBackendNetwork,
} from '../../launcher/steps/externalParts.ts';
import {
  askAlertTarget,
  askDiscord,
  checkOwnCertificate,
  findPublicAddress,
  greetMailServer,
} from './otherServers.ts';

export interface Question {
  /** The setting that the answer becomes. */
  name: string;
  asks: LocalizedText;
  /** Never shown, and as an argument only as the path of a file: everybody on the machine sees arguments. */
  isSecret?: true;
  /** Asked only where this setting has an answer. */
  after?: string;
  /** Not asked where this setting has an answer. */
  unless?: string;
  /** Tries the answer at once. @returns what is worth knowing. @throws LaunchFailure that says what is wrong */
  check?(config: LauncherConfig, env: Environment, language: Locale): Promise<string | undefined>;
}

/** Not of `.env`: setup writes it into Alertmanager's file. */
export const alertsSetting = 'ALERTS_URL';

export const questions: readonly Question[] = [
  {
    name: 'PUBLIC_URL',
    asks: {
      en: 'The address that people open, such as https://pictures.example (empty: this machine alone)',
      'zh-CN': '用户访问的网址，例如 https://pictures.example（留空：仅限本机）',
    },
    check: (_config, env, language) => findPublicAddress(env, language),
  },
  {
    name: 'TRUSTED_PROXIES',
    asks: {
      en: 'The address that nginx or Caddy connects from, such as 127.0.0.1 (empty: none is in front)',
      'zh-CN': '前置的 nginx 或 Caddy 从哪个地址连接，例如 127.0.0.1（留空：没有前置代理）',
    },
    after: 'PUBLIC_URL',
  },
  {
    name: 'TLS_CERT_FILE',
    asks: {
      en: 'PEM file with the certificate of that address and its chain (empty: no HTTPS here)',
      'zh-CN': '该网址的证书及证书链（PEM 文件路径；留空：本机不提供 HTTPS）',
    },
    after: 'PUBLIC_URL',
    unless: 'TRUSTED_PROXIES',
  },
  {
    name: 'TLS_KEY_FILE',
    asks: { en: 'PEM file with its key', 'zh-CN': '证书私钥（PEM 文件路径）' },
    after: 'TLS_CERT_FILE',
    check: async (_config, env, language) => checkOwnCertificate(env, language),
  },
  {
    name: 'DATABASE_URL',
    asks: {
      en: 'MariaDB, mysql://user:password@host:3306/database (empty: a private one)',
      'zh-CN': 'MariaDB：mysql://user:password@host:3306/database（留空：使用自带的）',
    },
    isSecret: true,
    check: async ({ databaseUrl = '' }) => void (await checkDatabase(databaseUrl)),
  },
  {
    name: 'REDIS_URL',
    asks: {
      en: 'Redis, redis://:password@host:6379/0 (empty: a private one)',
      'zh-CN': 'Redis：redis://:password@host:6379/0（留空：使用自带的）',
    },
    isSecret: true,
    check: async ({ redisUrl = '' }) => void (await checkRedis(redisUrl)),
  },
  {
    name: 'S3_ENDPOINT',
    asks: {
      en: 'S3 for files, https://s3.example (empty: files on this machine)',
      'zh-CN': '存放文件的 S3，例如 https://s3.example（留空：文件存在本机）',
    },
  },
  {
    name: 'S3_BUCKET',
    asks: {
      en: 'Its bucket',
      'zh-CN': '存储桶名称',
    },
    after: 'S3_ENDPOINT',
  },
  {
    name: 'S3_ACCESS_KEY',
    asks: {
      en: 'Its access key',
      'zh-CN': '访问密钥 ID（Access Key）',
    },
    isSecret: true,
    after: 'S3_ENDPOINT',
  },
  {
    name: 'S3_SECRET_KEY',
    asks: {
      en: 'Its secret key',
      'zh-CN': '访问密钥（Secret Key）',
    },
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
    asks: {
      en: 'GPU servers, http://gpu1:8188,http://gpu2:8188 (empty: placeholders, drawn here)',
      'zh-CN': 'GPU 服务器，例如 http://gpu1:8188,http://gpu2:8188（留空：由本机绘制示意图）',
    },
    async check({ authoritiesFile, backends }) {
      const silent = await findSilentBackends(openBackendNetwork(authoritiesFile), backends);
      return silent.join('\n') || undefined;
    },
  },
  {
    name: 'DISCORD_TOKEN',
    asks: {
      en: 'Token of a Discord bot (empty: no bot)',
      'zh-CN': 'Discord 机器人的令牌（留空：不启用机器人）',
    },
    isSecret: true,
    check: (_config, env, language) => askDiscord(env, language),
  },
  {
    name: 'SMTP_URL',
    asks: {
      en: 'Server for e-mail, smtps://user:password@host:465 or smtp://…:587 (empty: no e-mail)',
      'zh-CN': '邮件服务器：smtps://user:password@host:465 或 smtp://…:587（留空：不发邮件）',
    },
    isSecret: true,
    check: (_config, env, language) => greetMailServer(env, language),
  },
  {
    name: 'MAIL_FROM',
    asks: {
      en: 'Sender of e-mail, such as Star-Graph <noreply@pictures.example>',
      'zh-CN': '发件人，例如 Star-Graph <noreply@pictures.example>',
    },
    after: 'SMTP_URL',
  },
  {
    name: 'BACKUP_RECIPIENTS',
    asks: {
      en: 'Who opens backups: an age1… recipient; npm run sg -- backup --new-identity makes one (empty: no backups)',
      'zh-CN': '谁能解开备份：age1… 公钥，可用 npm run sg -- backup --new-identity 生成（留空：不备份）',
    },
  },
  {
    name: 'BACKUP_EVERY_HOURS',
    asks: {
      en: 'Hours from one backup to the next',
      'zh-CN': '每隔多少小时备份一次',
    },
    after: 'BACKUP_RECIPIENTS',
  },
  {
    name: alertsSetting,
    asks: {
      en: 'Alerts: the webhook that Alertmanager tells, of Discord, Slack or your own (empty: nobody is told)',
      'zh-CN': '告警：由 Alertmanager 通知的 Webhook，可以是 Discord、Slack 或自己的（留空：不通知）',
    },
    isSecret: true,
    check: (_config, env, language) => askAlertTarget(env[alertsSetting] ?? '', language),
  },
];

export const flagOf = ({ name, isSecret }: Pick<Question, 'name' | 'isSecret'>): string =>
  `${name.toLowerCase().replaceAll('_', '-')}${isSecret ? '-file' : ''}`;

interface AskDeps {
  root: string;
  language: Locale;
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
    const { after, unless } = question;
    if ((after !== undefined && !known[after]) || (unless !== undefined && known[unless])) continue;
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
      const said = await question.check?.(config, { ...known, [question.name]: answer }, deps.language);
      if (said !== undefined) deps.say(said);
      return answer;
    } catch (error) {
      if (!(error instanceof LaunchFailure) || given !== undefined) throw error;
      deps.say(error.message);
    }
  }
}

/** What needs several answers counts as none until the last is there. */
const complete = ({ S3_ENDPOINT, SMTP_URL, TLS_CERT_FILE, ...env }: Environment): Environment => ({
  ...env,
  ...(env.TLS_KEY_FILE && { TLS_CERT_FILE }),
  ...(env.S3_ACCESS_KEY && env.S3_SECRET_KEY && { S3_ENDPOINT }),
  ...(env.MAIL_FROM && { SMTP_URL }),
});

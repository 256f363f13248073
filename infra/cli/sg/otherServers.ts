import { createPrivateKey, X509Certificate } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { discordEnv } from '@star-graph/core/ground/config/discordEnv';
import { mailEnv } from '@star-graph/core/ground/config/mailEnv';
import { MailFault, tryMailServer } from '@star-graph/core/ground/sendMail';
import type { Locale } from '@star-graph/workflows/workflow';
import { z } from 'zod';
import { LaunchFailure } from '../../launcher/failure.ts';
import type { Environment } from '../../launcher/launcherConfig.ts';
import { kindOfTarget } from './alertTarget.ts';

const limitMs = 10_000;
const botSchema = z.object({ username: z.string() });

/** What each side of a question says, in the language of who sits there. */
const pick = (language: Locale, en: string, chinese: string): string => (language === 'en' ? en : chinese);

/** Looks the name up and knocks. Nothing needs to be there yet, so it only says what it saw. */
export async function findPublicAddress(env: Environment, language: Locale): Promise<string> {
  const { hostname, origin } = new URL(env.PUBLIC_URL ?? '');
  try {
    await lookup(hostname.replace(/^\[|\]$/g, ''));
  } catch {
    return pick(
      language,
      `There is no machine named ${hostname} yet: make a record for it in your DNS before people come.`,
      `还没有名为 ${hostname} 的机器：请在用户到来之前为它添加 DNS 记录。`,
    );
  }
  try {
    const { status } = await fetch(origin, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(limitMs),
    });
    return pick(language, `${origin} answers (${status}).`, `${origin} 有应答（${status}）。`);
  } catch (error) {
    const why = error instanceof Error ? reasonOf(error) : String(error);
    return pick(
      language,
      `Nobody answers at ${origin} yet (${why}). Once the platform runs, npm run doctor says what is missing.`,
      `${origin} 尚无应答（${why}）。平台启动后，可用 npm run doctor 查看缺少什么。`,
    );
  }
}

const reasonOf = ({ message, cause }: Error): string =>
  cause instanceof Error && 'code' in cause ? String(cause.code) : message;

/** @throws LaunchFailure for a certificate of another name, one that is over, or a key that does not fit. */
export function checkOwnCertificate(env: Environment, language: Locale): string {
  const { PUBLIC_URL = '', TLS_CERT_FILE = '', TLS_KEY_FILE = '' } = env;
  const certificate = read('TLS_CERT_FILE', TLS_CERT_FILE, (pem) => new X509Certificate(pem));
  const key = read('TLS_KEY_FILE', TLS_KEY_FILE, (pem) => createPrivateKey(pem));
  const { hostname } = new URL(PUBLIC_URL);
  if (!certificate.checkPrivateKey(key))
    throw new LaunchFailure(
      'TLS_KEY_FILE: this key belongs to another certificate. Give the one that was made with it.',
    );
  if (certificate.checkHost(hostname) === undefined && certificate.checkIP(hostname) === undefined)
    throw new LaunchFailure(
      `TLS_CERT_FILE: the certificate is not for ${hostname}. Give one that names it, or correct PUBLIC_URL.`,
    );
  if (certificate.validToDate < new Date())
    throw new LaunchFailure('TLS_CERT_FILE: the certificate has run out. Renew it first.');
  const until = certificate.validToDate.toISOString().slice(0, 10);
  return pick(language, `The certificate is good until ${until}.`, `证书有效期至 ${until}。`);

  function read<Kind>(name: string, path: string, parse: (pem: Buffer) => Kind): Kind {
    try {
      return parse(readFileSync(path));
    } catch (error) {
      const why = error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
      throw new LaunchFailure(`${name}: cannot be used (${why}). Name a PEM file that you may read.`);
    }
  }
}

/** Sends one message that says what it is. @throws LaunchFailure where it is not taken */
export async function askAlertTarget(url: string, language: Locale): Promise<string> {
  const wrong = (why: string) =>
    new LaunchFailure(`ALERTS_URL: ${why} Give the whole address of the webhook, beginning with http.`);
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw wrong('this is no address.');
  const { host } = new URL(url);
  const says = pick(
    language,
    'Star-Graph setup: alerts will come here.',
    'Star-Graph 安装向导：告警将发送到这里。',
  );
  const body = {
    discord: { content: says },
    slack: { text: says },
    webhook: {
      version: '4',
      status: 'resolved',
      receiver: 'tickets',
      alerts: [{ status: 'resolved', labels: { alertname: 'Setup' }, annotations: { summary: says } }],
    },
  }[kindOfTarget(url)];
  let status: number;
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(limitMs),
    });
    ({ status } = answer);
  } catch {
    return pick(
      language,
      `${host} could not be asked: the webhook is kept as it is, untried.`,
      `无法连接 ${host}：Webhook 已按原样保留，未经测试。`,
    );
  }
  if (status >= 300) throw wrong(`${host} answers ${status}.`);
  return pick(
    language,
    `A message was sent to ${host}: look whether it is there.`,
    `已向 ${host} 发送一条消息，请确认是否收到。`,
  );
}

/** Shows Discord the token. @returns what it knows of the bot. @throws LaunchFailure where it knows none */
export async function askDiscord(env: Environment, language: Locale): Promise<string> {
  const address = discordEnv.DISCORD_API_URL.parse(env.DISCORD_API_URL);
  let answer: Response;
  try {
    answer = await fetch(`${address}/v10/users/@me`, {
      headers: { authorization: `Bot ${env.DISCORD_TOKEN}` },
      signal: AbortSignal.timeout(limitMs),
    });
  } catch {
    const { host } = new URL(address);
    return pick(
      language,
      `Discord could not be asked at ${host}: the token is kept as it is, untried.`,
      `无法连接 Discord（${host}）：令牌已按原样保留，未经测试。`,
    );
  }
  if (answer.status === 401)
    throw new LaunchFailure(
      'DISCORD_TOKEN: Discord does not know this token. Make a new one in the developer portal, under Bot, Reset Token.',
    );
  const bot = botSchema.safeParse(await answer.json().catch(() => undefined));
  if (!answer.ok || !bot.success)
    return pick(
      language,
      `Discord answers ${answer.status}: the token is kept as it is, untried.`,
      `Discord 返回 ${answer.status}：令牌已按原样保留，未经测试。`,
    );
  const { username } = bot.data;
  return pick(language, `Discord knows the bot as ${username}.`, `Discord 认得这个机器人：${username}。`);
}

/** Greets the mail server and signs in; nothing is sent. @throws LaunchFailure without its password */
export async function greetMailServer(env: Environment, language: Locale): Promise<string> {
  const { SMTP_URL: url = '', SMTP_TLS } = env;
  const read = mailEnv.SMTP_URL.safeParse(url);
  if (!read.success) throw new LaunchFailure(`SMTP_URL ${read.error.issues[0]?.message}.`);
  const { host } = new URL(url);
  try {
    await tryMailServer({ url, from: '', requireTls: SMTP_TLS !== 'optional', timeoutMs: limitMs });
    return pick(language, `The mail server at ${host} takes messages.`, `邮件服务器 ${host} 可以使用。`);
  } catch (error) {
    if (!(error instanceof MailFault)) throw error;
    throw new LaunchFailure(
      `SMTP_URL: at ${host} ${error.message}. Correct address, user and password: smtps:// for TLS from the start (465), smtp:// for STARTTLS (587).`,
    );
  }
}

import type { Logger } from 'pino';
import type { Env } from './config/config.ts';
import { type MailServer, type Message, sendMail } from './sendMail.ts';

/** Jobs of one process; each is over within the bounds of the database and of the SMTP server. */
const mostJobs = 100;
const timeoutMs = 20_000;

type Send = (message: Message) => Promise<void>;

/**
 * Sends messages after the answer to who asked, so that the answer takes no longer where there is somebody to write to.
 * Nothing is stored: if the process dies before a message is sent, the person asks again.
 */
export interface Mailer {
  /** Runs it in the background. Its failure is logged, as is a job too many, which is not run. */
  later(job: (send: Send) => Promise<void>): void;
  /** When the jobs that have begun are over. */
  close(): Promise<void>;
}

type MailEnv = Pick<Env, 'SMTP_URL' | 'SMTP_TLS' | 'MAIL_FROM'>;

function readMailServer({ SMTP_URL: url, MAIL_FROM: from, SMTP_TLS }: MailEnv): MailServer | undefined {
  if ((url === undefined) !== (from === undefined))
    throw new Error('The configuration is wrong:\n  SMTP_URL, MAIL_FROM: must be given together');
  if (url === undefined || from === undefined) return undefined;
  return { url, from, requireTls: SMTP_TLS === 'required', timeoutMs };
}

/** @returns undefined where no e-mail is configured. @throws Error where half of it is. */
export function openMailer(deps: { log: Pick<Logger, 'error'> }, env: MailEnv): Mailer | undefined {
  const server = readMailServer(env);
  return server && createMailer(deps, server);
}

export function createMailer({ log }: { log: Pick<Logger, 'error'> }, server: MailServer): Mailer {
  const running = new Set<Promise<void>>();
  const send: Send = (message) => sendMail(server, message);
  return {
    later(job) {
      if (running.size >= mostJobs) {
        log.error('too many messages are being sent: one was left out');
        return;
      }
      const run = job(send)
        .catch((err: unknown) => log.error({ err }, 'a message was not sent'))
        .finally(() => running.delete(run));
      running.add(run);
    },
    async close() {
      await Promise.all(running);
    },
  };
}

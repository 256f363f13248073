import { connect, isIP } from 'node:net';
import { createTransport, type Transporter } from 'nodemailer';

export interface Message {
  /** One address. */
  to: string;
  subject: string;
  text: string;
}

export interface MailServer {
  url: string;
  from: string;
  /** Whether a server without STARTTLS is refused. */
  requireTls: boolean;
  /** The longest that the whole conversation with the server may take. */
  timeoutMs: number;
}

/** A message that was not taken. It names no address and holds nothing of the message, so that a log may have it. */
export class MailFault extends Error {
  override name = 'MailFault';
}

/** The address must be one: a list, a name or a line break in it would reach others, or add headers. */
const oneAddress = /^[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9.-]{1,189}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const lineOrControl = /[\x00-\x1f\x7f\u0085\u2028\u2029]/;

/**
 * Hands one message to the server, within a bounded time, also where the server answers byte by byte.
 * @throws MailFault
 */
export async function sendMail(server: MailServer, message: Message): Promise<void> {
  if (!oneAddress.test(message.to) || lineOrControl.test(message.subject))
    throw new MailFault('a header of the message is not allowed');
  await withTransport(server, (transport) =>
    transport.sendMail({ from: server.from, ...message, to: { name: '', address: message.to } }),
  );
}

/** Greets the server and signs in, and sends nothing. @throws MailFault */
export const tryMailServer = (server: MailServer): Promise<void> =>
  withTransport(server, (transport) => transport.verify());

async function withTransport(
  server: MailServer,
  work: (transport: Transporter) => Promise<unknown>,
): Promise<void> {
  const { protocol, hostname, port, username, password } = new URL(server.url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const secure = protocol === 'smtps:';
  const signal = AbortSignal.timeout(server.timeoutMs);
  const transport = createTransport({
    host,
    secure,
    requireTLS: server.requireTls,
    ...(isIP(host) ? {} : { tls: { servername: host } }),
    ...(username === ''
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    disableFileAccess: true,
    disableUrlAccess: true,
    // Ours, so that it can be destroyed: the library bounds each step, and not the whole.
    getSocket(_options, done) {
      const socket = connect({ host, port: Number(port) || (secure ? 465 : 587), signal });
      socket.once('error', done);
      socket.once('connect', () => {
        socket.off('error', done);
        done(null, { connection: socket });
      });
    },
  });
  try {
    await work(transport);
  } catch (error) {
    throw signal.aborted ? new MailFault('the SMTP server took too long') : faultOf(error);
  } finally {
    transport.close();
  }
}

/** Without the server's words, which may repeat the address. */
function faultOf(error: unknown): MailFault {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  const known = [code, responseCode].filter((part) => typeof part === 'string' || typeof part === 'number');
  return new MailFault(`the SMTP server took no message (${known.join(' ') || 'unknown'})`);
}

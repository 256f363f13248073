import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { finding } from '@star-graph/core/desk/doctor/findings';
import type { Check } from '@star-graph/core/desk/doctor/runChecks';

/** Its greeting alone: nothing is sent and nobody signs in. */
export const mailCheck = (smtpUrl: string): Check => ({
  name: 'mail',
  limitMs: 10_000,
  async run(signal) {
    const { protocol, hostname, port, host } = new URL(smtpUrl);
    const isSecure = protocol === 'smtps:';
    const target = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (isSecure ? 465 : 587) };
    const socket: Socket = isSecure ? connectTls(target) : connect(target);
    try {
      const [data] = (await once(socket, 'data', { signal })) as [Buffer];
      if (data.toString('latin1').startsWith('220')) return { summary: host, findings: [] };
      throw new Error('what answers is no SMTP server');
    } catch (error) {
      if (signal.aborted) throw error;
      const why = error instanceof Error ? error.message : String(error);
      return {
        summary: host,
        findings: [
          finding(
            'mail-unreachable',
            `The mail server at ${host} does not greet (${why.replace(/\.$/, '')}), so nobody gets a link for a new password.`,
            'Correct SMTP_URL: smtps:// for TLS from the start (465), smtp:// for STARTTLS (587).',
          ),
        ],
      };
    } finally {
      socket.destroy();
    }
  },
});

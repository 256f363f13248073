import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { startSmtpServer } from '../testing/services/smtpServer.ts';
import { createMailer, openMailer } from './mailer.ts';
import { type MailServer, sendMail } from './sendMail.ts';

const serverAt = (url: string, more: Partial<MailServer> = {}): MailServer => ({
  url,
  from: 'Star-Graph <noreply@example.com>',
  requireTls: false,
  timeoutMs: 20_000,
  ...more,
});
const message = { to: 'ada@example.com', subject: '请确认', text: 'Hello 您好\n' };

test('a message reaches one address, in any language', async () => {
  await using server = await startSmtpServer();
  await sendMail(serverAt(server.url), message);
  const [mail] = server.received;
  expect(mail).toMatchObject({ from: 'noreply@example.com', to: ['ada@example.com'] });
  expect(mail?.text.trim()).toBe('Hello 您好');
  expect(mail?.raw).toMatch(/^Subject: =\?UTF-8\?/m);
});

test('no address or subject adds a header or a receiver', async () => {
  await using server = await startSmtpServer();
  const addresses = [
    'ada@example.com\r\nBcc: eve@example.com',
    'ada@example.com, eve@example.com',
    'Eve <eve@example.com>',
    'ada@example.com>\r\nRCPT TO:<eve@example.com',
    '',
  ];
  for (const to of addresses)
    await expect(sendMail(serverAt(server.url), { ...message, to })).rejects.toThrow('not allowed');
  const subject = 'Hello\r\nBcc: eve@example.com';
  await expect(sendMail(serverAt(server.url), { ...message, subject })).rejects.toThrow('not allowed');
  expect(server.received).toEqual([]);
});

test('the server is given the user and password of its address', async () => {
  const given: unknown[] = [];
  await using server = await startSmtpServer({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, done) {
      given.push([username, password]);
      done(null, { user: username });
    },
  });
  await sendMail(serverAt(server.url.replace('//', '//star%40graph:a%2Fb@')), message);
  expect(given).toEqual([['star@graph', 'a/b']]);
  expect(server.received).toHaveLength(1);
});

test('a server without TLS gets no message where TLS is required', async () => {
  await using server = await startSmtpServer();
  await expect(sendMail(serverAt(server.url, { requireTls: true }), message)).rejects.toThrow(
    'took no message',
  );
  expect(server.received).toEqual([]);
});

test('a server whose certificate nobody vouches for gets no message', async () => {
  await using server = await startSmtpServer({ secure: true });
  await expect(sendMail(serverAt(server.url), message)).rejects.toThrow('took no message');
  expect(server.received).toEqual([]);
});

test('a server that answers byte by byte for ever is given up', async () => {
  const trickle = createServer((socket) => {
    const drip = setInterval(() => socket.write('2'), 10);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => clearInterval(drip));
  }).listen(0, '127.0.0.1');
  await once(trickle, 'listening');
  const { port } = trickle.address() as AddressInfo;
  const sent = sendMail(serverAt(`smtp://127.0.0.1:${port}`, { timeoutMs: 200 }), message);
  await expect(sent).rejects.toThrow('took too long');
  trickle.close();
});

test('the log of a refused message names no address and no text', async () => {
  await using server = await startSmtpServer({
    onRcptTo: ({ address }, _session, done) => done(new Error(`nobody is ${address}`)),
  });
  const logged: unknown[] = [];
  const log = { error: (...entry: unknown[]) => logged.push(entry) } as never;
  const mailer = createMailer({ log }, serverAt(server.url));
  mailer.later((send) => send(message));
  await mailer.close();
  expect(logged).toHaveLength(1);
  expect(String(JSON.stringify(logged, (_key, it) => (it instanceof Error ? it.stack : it)))).not.toMatch(
    /ada|Hello/,
  );
});

test('a job that fails stops neither the process nor other jobs', async () => {
  await using server = await startSmtpServer();
  const log = { error: () => {} } as never;
  const mailer = createMailer({ log }, serverAt(server.url));
  mailer.later(async () => {
    throw new Error('broken');
  });
  mailer.later((send) => send(message));
  await mailer.close();
  expect(server.received).toHaveLength(1);
});

test('half a configuration of e-mail is refused', () => {
  const half = { SMTP_URL: 'smtp://127.0.0.1', SMTP_TLS: 'required', MAIL_FROM: undefined } as const;
  const deps = { log: { error: () => {} } as never };
  expect(() => openMailer(deps, half)).toThrow('SMTP_URL, MAIL_FROM: must be given together');
  expect(openMailer(deps, { ...half, SMTP_URL: undefined })).toBeUndefined();
});

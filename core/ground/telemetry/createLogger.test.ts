import { expect, test } from 'vitest';
import { announce, createLogger } from './createLogger.ts';
import { logRecordSchema } from './logRecord.ts';

function setUp(level: 'trace' | 'warn' | 'silent' = 'trace') {
  const lines: string[] = [];
  const service = { name: 'a test', version: '1.2.3' };
  const log = createLogger(service, { level }, { write: (line: string) => void lines.push(line) });
  return { log, records: () => lines.map((line) => logRecordSchema.parse(JSON.parse(line))), lines };
}

test('every level and every kind of line has the schema', () => {
  const { log, records } = setUp();
  for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) {
    log[level]('words alone');
    log[level]({ taskId: 'x', attempt: 1 }, 'words with facts');
    log[level](new Error('an error alone'));
    log.child({ requestId: 'y' })[level]({ err: new RangeError('an error') }, 'words with an error');
  }
  expect(records()).toHaveLength(24);
  expect(records()[0]).toMatchObject({
    'service.name': 'a test',
    'service.version': '1.2.3',
    'process.pid': process.pid,
    severity_text: 'TRACE',
    severity_number: 1,
    body: 'words alone',
  });
  expect(records().at(-1)).toMatchObject({
    severity_text: 'FATAL',
    severity_number: 21,
    requestId: 'y',
    body: 'words with an error',
    'exception.type': 'RangeError',
    'exception.message': 'an error',
    'exception.stacktrace': expect.stringContaining('createLogger.test.ts'),
  });
});

test('credentials and what people write are hidden wherever they stand', () => {
  const { log, lines } = setUp();
  const secret = 'hidden-or-not';
  log.info({ password: secret, access_token: secret, refreshToken: secret, 'Set-Cookie': secret }, 'on top');
  log.info({ request: { headers: { authorization: secret }, body: [{ prompt: secret }] } }, 'deep inside');
  log.child({ apiKey: secret, given: { secret } }).info('in a child');
  log.info({ a: { b: { c: { d: { e: { f: { password: secret } } } } } } }, 'deeper than that');
  log.error(
    { err: Object.assign(new Error('failed'), { sql: secret, response: { data: secret } }) },
    'an error',
  );
  log.error(
    { cause: Object.assign(new Error('failed'), { config: { headers: secret } }) },
    'an error inside',
  );
  expect(lines).toHaveLength(6);
  expect(lines.filter((line) => line.includes(secret))).toEqual([]);
  expect(lines[0]).toContain('"password":"[hidden]"');
});

test('the line that a supervisor waits for is written at any level', () => {
  const { log, records } = setUp('silent');
  log.fatal('not written');
  announce(log, { listening: 'http://127.0.0.1:1' });
  expect(records()).toMatchObject([{ listening: 'http://127.0.0.1:1', body: 'ready' }]);
});

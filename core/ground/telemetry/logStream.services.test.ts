import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createLogStream, type Lost } from './logStream.ts';

/** A descriptor with room for so many bytes. */
function setUp(roomBytes: number, code = 'ENOSPC') {
  const told: Lost[] = [];
  const state = { room: roomBytes, written: '' };
  const write = (_fd: number, bytes: Uint8Array): number => {
    if (state.room === 0) throw Object.assign(new Error(code), { code });
    const taken = Buffer.from(bytes.subarray(0, state.room));
    state.room -= taken.length;
    state.written += taken.toString();
    return taken.length;
  };
  return { state, told, stream: createLogStream(1, (lost) => void told.push(lost), write) };
}

test('lines that meet a full disk are dropped, and told of once there is room', () => {
  const { state, told, stream } = setUp(6);
  for (const line of ['first\n', 'second\n', 'third\n']) stream.write(line);
  expect(told).toEqual([]);
  state.room = 100;
  stream.write('fourth\n');
  stream.write('fifth\n');
  expect(state.written).toBe('first\nfourth\nfifth\n');
  expect(told).toEqual([{ lines: 2, code: 'ENOSPC' }]);
});

test('a line of which half was written spoils no other', () => {
  const { state, stream } = setUp(9);
  stream.write('first\n');
  stream.write('second\n');
  state.room = 100;
  stream.write('third\n');
  expect(state.written.split('\n')).toEqual(['first', 'sec', 'third', '']);
});

test('lines for a reader that stands still are kept in order, up to a megabyte', () => {
  const { state, told, stream } = setUp(3, 'EAGAIN');
  stream.write('first\n');
  stream.write('second\n');
  expect(state.written).toBe('fir');
  stream.write(`${'x'.repeat(1_000_000)}\n`);
  state.room = 100;
  stream.flushSync();
  expect(state.written).toBe('first\nsecond\n');
  stream.write('third\n');
  expect(state.written).toBe('first\nsecond\nthird\n');
  expect(told).toEqual([{ lines: 1, code: 'EAGAIN' }]);
});

test.runIf(process.platform === 'linux')(
  'a process goes on and ends while its log cannot be written',
  async () => {
    const module = JSON.stringify(new URL('createLogger.ts', import.meta.url));
    const script = `
    const { createLogger } = await import(${module});
    const log = createLogger({ name: 'a test', version: '1' }, { level: 'info' });
    for (let line = 0; line < 1_000; line += 1) log.info('a line');
    log.fatal('the last words');
    setTimeout(() => console.error('goes on'));`;
    const command = `exec "$0" --input-type=module --eval "$1" > /dev/full`;
    const { stderr } = await promisify(execFile)('sh', ['-c', command, process.execPath, script]);
    expect(stderr).toBe('goes on\n');
  },
);

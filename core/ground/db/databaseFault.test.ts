import { expect, test } from 'vitest';
import { isPassing } from './retryWrite.ts';

/** As the driver throws it: the server closes the connection after either. */
const fault = (errno: number, code: string) =>
  Object.assign(new Error('from the server'), { errno, code, fatal: true });

test.each([
  ['a connection that was lost', fault(2013, 'PROTOCOL_CONNECTION_LOST'), true],
  ['a packet that is too large', fault(1153, 'ER_NET_PACKET_TOO_LARGE'), false],
])('%s: whether the same write may succeed later', (_, error, mayPass) => {
  expect(isPassing(error)).toBe(mayPass);
});

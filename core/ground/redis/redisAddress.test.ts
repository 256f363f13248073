import { expect, test } from 'vitest';
import { parseRedisAddress, RedisAddressFault } from './redisAddress.ts';

test('an address names one server, or the Sentinels and their master', () => {
  expect(parseRedisAddress('rediss://me:secret@host:6380/1')).toEqual({
    kind: 'server',
    url: 'rediss://me:secret@host:6380/1',
    hosts: ['host:6380'],
    password: 'secret',
  });
  expect(
    parseRedisAddress('redis+sentinel://me:12%2Fs@one:26380,two,[::1]:26379/main/2?sentinelPassword=p%26q'),
  ).toEqual({
    kind: 'sentinel',
    sentinels: [
      { host: 'one', port: 26380 },
      { host: 'two', port: 26379 },
      { host: '::1', port: 26379 },
    ],
    hosts: ['one:26380', 'two:26379', '::1:26379'],
    master: 'main',
    db: 2,
    isEncrypted: false,
    username: 'me',
    password: '12/s',
    sentinelUsername: undefined,
    sentinelPassword: 'p&q',
  });
  const encrypted = parseRedisAddress('rediss+sentinel://:secret@one/main?sentinelUser=watch');
  expect(encrypted).toMatchObject({
    isEncrypted: true,
    db: 0,
    username: undefined,
    sentinelUsername: 'watch',
  });
});

test.for([
  ['http://host', 'begins with redis:// or rediss://'],
  ['', 'begins with redis:// or rediss://'],
  ['redis://me:12/s3cret@host/0', 'has an @ behind the host'],
  ['redis+sentinel://:12/s3cret@one:26379/main', 'has an @ behind the host'],
  ['redis+sentinel://:12#s3cret@one:26379/main', 'has an @ behind the host'],
  ['redis+sentinel://:s3cret@one:26379', 'must name the Sentinels and the master'],
  ['redis+sentinel://:s3cret@/main', 'must name the Sentinels and the master'],
  ['redis+sentinel://:s3cret@one/main/zero', 'must name the Sentinels and the master'],
  ['redis+sentinel://:s3cret@one:port,two/main', 'no host or host:port'],
  ['redis+sentinel://:s3cret@one,/main', 'no host or host:port'],
  ['redis+sentinel://one/main?password=s3cret', 'knows no parameters but sentinelUser and sentinelPassword'],
  ['redis+sentinel://:s3c%ret@one/main', 'write %25'],
] as const)('%s is refused without its password', ([address, words]) => {
  let fault: unknown;
  try {
    parseRedisAddress(address);
  } catch (error) {
    fault = error;
  }
  expect(fault).toBeInstanceOf(RedisAddressFault);
  expect(String(fault)).toContain(words);
  expect(String(fault)).not.toContain('s3c');
});

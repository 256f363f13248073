/**
 * Where Redis is: one server, `redis://user:password@host:port/db`, or Sentinels that know which server is the master,
 * `redis+sentinel://user:password@host:port,host:port,…/master/db?sentinelUser=…&sentinelPassword=…`. With `rediss` in
 * place of `redis` all connections are encrypted, also those to the Sentinels.
 */
export type RedisAddress =
  | { kind: 'server'; url: string; hosts: readonly string[]; password: string | undefined }
  | {
      kind: 'sentinel';
      sentinels: readonly SentinelHost[];
      hosts: readonly string[];
      /** The name under which the Sentinels watch the master. */
      master: string;
      db: number;
      isEncrypted: boolean;
      /** The name with which the servers let clients in. */
      username: string | undefined;
      password: string | undefined;
      sentinelUsername: string | undefined;
      sentinelPassword: string | undefined;
    };

interface SentinelHost {
  host: string;
  port: number;
}

const sentinelPort = 26_379;
const sentinelForm = /^(rediss?)\+sentinel:\/\/(?:([^@/?#]*)@)?([^@/?#]*)([^?#]*)(?:\?([^#]*))?$/;
const sentinelParameters = ['sentinelUser', 'sentinelPassword'];

/** A fault of an address, in words that may follow the variable's name, and without a secret. */
export class RedisAddressFault extends Error {}

/** @throws RedisAddressFault */
export function parseRedisAddress(text: string): RedisAddress {
  if (/^rediss?\+sentinel:/.test(text)) return parseSentinels(text);
  if (!URL.canParse(text) || !/^rediss?:$/.test(new URL(text).protocol))
    throw new RedisAddressFault(
      'must be a URL that begins with redis:// or rediss://, or with redis+sentinel:// where Sentinels know the master',
    );
  const { host, password, pathname, search, hash } = new URL(text);
  refuseAt(`${pathname}${search}${hash}`);
  return { kind: 'server', url: text, hosts: [host], password: decode(password) || undefined };
}

function parseSentinels(text: string): RedisAddress {
  const [, protocol, user = '', hostList = '', path = '', query = ''] = sentinelForm.exec(text) ?? [];
  if (protocol === undefined) refuseAt(text.slice(text.indexOf('://') + 3));
  refuseAt(`${path}${query}`);
  const [, master = '', db = '0', ...rest] = path.split('/').map(decode);
  if (protocol === undefined || hostList === '' || master === '' || !/^\d+$/.test(db) || rest.length > 0)
    throw new RedisAddressFault(
      'must name the Sentinels and the master that they watch: redis+sentinel://user:password@host:26379,host:26379,host:26379/master/db',
    );
  const sentinels = hostList.split(',').map(parseHost);
  const parameters = new URLSearchParams(query);
  if ([...parameters.keys()].some((name) => !sentinelParameters.includes(name)))
    throw new RedisAddressFault(`knows no parameters but ${sentinelParameters.join(' and ')}`);
  const [username, ...password] = user.split(':');
  return {
    kind: 'sentinel',
    sentinels,
    hosts: sentinels.map(({ host, port }) => `${host}:${port}`),
    master,
    db: Number(db),
    isEncrypted: protocol === 'rediss',
    username: decode(username ?? '') || undefined,
    password: decode(password.join(':')) || undefined,
    sentinelUsername: parameters.get('sentinelUser') ?? undefined,
    sentinelPassword: parameters.get('sentinelPassword') ?? undefined,
  };
}

function parseHost(text: string): SentinelHost {
  // As any URL has them: names, IPv4, and IPv6 in brackets.
  const url = URL.canParse(`redis://${text}`) ? new URL(`redis://${text}`) : undefined;
  if (!url?.hostname || url.host !== text)
    throw new RedisAddressFault('has a Sentinel that is no host or host:port');
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || sentinelPort) };
}

/** A stray `@` behind the host: a `/` of the password ended the host too early, and the rest of it would be shown. */
function refuseAt(rest: string): void {
  if (rest.includes('@'))
    throw new RedisAddressFault(
      'has an @ behind the host: in a password write %2F for /, %3F for ?, %23 for #, %40 for @',
    );
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new RedisAddressFault('has a % that begins no character: write %25 for it');
  }
}

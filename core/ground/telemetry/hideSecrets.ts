import { stdSerializers } from 'pino';

/** Names of fields whose values are never logged: credentials, and what people write. In lower case, without `_`, `-`. */
const hiddenFields: readonly string[] = [
  ...[
    'password',
    'secret',
    'token',
    'accesstoken',
    'refreshtoken',
    'idtoken',
    'ticket',
    'apikey',
    'servicekey',
  ],
  ...[
    'authorization',
    'cookie',
    'setcookie',
    'clientsecret',
    'webhooksecret',
    'credentials',
    'recoverycodes',
  ],
  ...['prompt', 'negativeprompt', 'params', 'email', 'rawbody', 'headers'],
];

const hidden = new Set(hiddenFields);
const mask = '[hidden]';
/** Deeper than anything that is logged; what is deeper is left out. */
const deepest = 5;

/** The same names are written in several ways; most fields were seen before. */
const verdicts = new Map<string, boolean>();
const mostVerdicts = 1_000;

function isHidden(name: string): boolean {
  const known = verdicts.get(name);
  if (known !== undefined) return known;
  const verdict = hidden.has(name.toLowerCase().replaceAll(/[_-]/g, ''));
  if (verdicts.size < mostVerdicts) verdicts.set(name, verdict);
  return verdict;
}

type Fields = Record<string, unknown>;

/** The record itself if there is nothing to hide, which is the usual case and costs no copy. */
export function hideSecrets(record: Fields, depth = 0): Fields {
  for (const name in record) {
    const value = record[name];
    if (isHidden(name) || (typeof value === 'object' && value !== null)) return copy(record, depth);
  }
  return record;
}

const copy = (record: Fields, depth: number): Fields =>
  Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, isHidden(name) ? mask : clean(value, depth)]),
  );

function clean(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  if (depth >= deepest) return '[too deep]';
  if (value instanceof Error) return hideSecrets(describeError({ err: value }), depth + 1);
  if (Array.isArray(value)) return value.map((item) => clean(item, depth + 1));
  return hideSecrets(value as Fields, depth + 1);
}

/**
 * An error by OpenTelemetry's names. Its class, message, code and stack, and nothing else: libraries hang requests,
 * statements and their values on their errors.
 */
export function describeError(record: Fields): Fields {
  const { err, ...rest } = record;
  if (!(err instanceof Error)) return record;
  const { type, message, stack } = stdSerializers.err(err);
  const code = 'code' in err && typeof err.code === 'string' ? { 'exception.code': err.code } : {};
  return {
    ...rest,
    'exception.type': type,
    'exception.message': message,
    ...code,
    'exception.stacktrace': stack,
  };
}

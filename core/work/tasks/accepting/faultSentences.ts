import { z } from 'zod';

type Issue = z.core.$ZodRawIssue;

const kinds: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const formats: Record<string, string> = {
  url: 'Give an http or https address.',
  datetime: 'Give a time as 2026-11-24T12:00:00Z.',
  uuid: 'Give an id.',
};

const plural = (count: unknown, thing: string): string =>
  `${count} ${thing}${Number(count) === 1 ? '' : 's'}`;

/** `bound`: at least or at most. */
function describeSize(origin: string, bound: string, size: unknown): string {
  if (origin === 'string') return `Use ${bound} ${plural(size, 'character')}.`;
  if (origin === 'array' || origin === 'set') return `Give ${bound} ${size} of these.`;
  return `Choose ${bound} ${size}.`;
}

const describeBound = (origin: string, isLower: boolean, size: unknown, inclusive = true): string => {
  if (inclusive) return describeSize(origin, isLower ? 'at least' : 'at most', size);
  return describeSize(origin, isLower ? 'more than' : 'less than', size);
};

/** An instruction for any schema fault without a sentence of its own. */
function describeFault(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type': {
      const kind = kinds[issue.expected] ?? 'another kind of value';
      if (kind === kinds.object && !issue.path?.length) return 'Send a JSON object.';
      return issue.input === undefined ? `This is required: give ${kind}.` : `Give ${kind}.`;
    }
    case 'too_small':
      if (issue.origin === 'string' && issue.minimum === 1) return 'Do not leave this empty.';
      return describeBound(issue.origin, true, issue.minimum, issue.inclusive);
    case 'too_big':
      return describeBound(issue.origin, false, issue.maximum, issue.inclusive);
    case 'invalid_value':
      return issue.values.length === 1
        ? `Give ${String(issue.values[0])}.`
        : `Choose one of ${issue.values.map(String).join(', ')}.`;
    case 'not_multiple_of':
      return `Choose a multiple of ${issue.divisor}.`;
    case 'invalid_format':
      return formats[issue.format] ?? 'This is not in its expected form. Correct it.';
    case 'invalid_key':
      return 'A name in here is not accepted. Correct or remove it.';
    default:
      return 'This value is not accepted. Correct it.';
  }
}

// The library's global setting for messages: every schema of this process uses these.
z.config({ localeError: describeFault });

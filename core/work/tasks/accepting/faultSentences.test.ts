import { toPointedFaults, unknownKeys } from '@star-graph/workflows/shared/pointer';
import { expect, test } from 'vitest';
import { z } from 'zod';
import './faultSentences.ts';

const schema = z.strictObject({
  text: z.string().min(3).max(5).optional(),
  filled: z.string().min(1).optional(),
  count: z.int().min(1).max(9).multipleOf(3).optional(),
  share: z.number().gt(0).lt(1).optional(),
  flag: z.boolean().optional(),
  list: z.array(z.string()).min(1).max(2).optional(),
  choice: z.enum(['a', 'b']).optional(),
  only: z.literal('x').optional(),
  url: z.url().optional(),
  form: z.string().regex(/^x$/).optional(),
  either: z.union([z.string(), z.number()]).optional(),
  map: z.record(z.string().max(1), z.int()).optional(),
  part: z.object({ needed: z.string() }).optional(),
});

test.each([
  [null, ['', 'Send a JSON object.']],
  ['abc', ['', 'Send a JSON object.']],
  [{ text: 1 }, ['/text', 'Give text.']],
  [{ text: 'a' }, ['/text', 'Use at least 3 characters.']],
  [{ text: 'abcdef' }, ['/text', 'Use at most 5 characters.']],
  [{ filled: '' }, ['/filled', 'Do not leave this empty.']],
  [{ count: 'a' }, ['/count', 'Give a number.']],
  [{ count: 1.5 }, ['/count', 'Give a whole number.']],
  [{ count: 0 }, ['/count', 'Choose at least 1.']],
  [{ count: 12 }, ['/count', 'Choose at most 9.']],
  [{ count: 4 }, ['/count', 'Choose a multiple of 3.']],
  [{ share: 0 }, ['/share', 'Choose more than 0.']],
  [{ share: 1 }, ['/share', 'Choose less than 1.']],
  [{ flag: 'yes' }, ['/flag', 'Give true or false.']],
  [{ list: {} }, ['/list', 'Give a list.']],
  [{ list: [] }, ['/list', 'Give at least 1 of these.']],
  [{ choice: 'c' }, ['/choice', 'Choose one of a, b.']],
  [{ only: 'y' }, ['/only', 'Give x.']],
  [{ url: 'x' }, ['/url', 'Give an http or https address.']],
  [{ form: 'y' }, ['/form', 'This is not in its expected form. Correct it.']],
  [{ either: true }, ['/either', 'This value is not accepted. Correct it.']],
  [{ map: { ab: 1 } }, ['/map/ab', 'A name in here is not accepted. Correct or remove it.']],
  [{ part: {} }, ['/part/needed', 'This is required: give text.']],
  [{ part: 7 }, ['/part', 'Give an object.']],
  [{ other: 1 }, ['/other', 'There is no such parameter.']],
] as const)('of %j a person reads what to do', (value, [pointer, message]) => {
  const { error } = schema.safeParse(value, unknownKeys);
  expect(error && toPointedFaults(error)).toContainEqual({ pointer, message });
});

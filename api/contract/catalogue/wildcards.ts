import {
  mostWildcardCharacters,
  mostWildcardLines,
  wildcardName,
} from '@star-graph/workflows/translation/wildcards';
import { z } from 'zod';
import { adminRoute } from '../admin/adminRoute.ts';
import { route } from '../route.ts';

const nameParams = z.strictObject({
  name: z.string().regex(wildcardName).meta({
    description: '1 to 40 letters and digits of any script, with hyphens between them; case is the same',
  }),
});

const lineFault = { error: `Give lines of 1 to ${mostWildcardCharacters} characters.` };

const putWildcardSchema = z
  .strictObject({
    version: z.int().min(0).meta({ description: 'As it was read; 0 for a new one' }),
    lines: z
      .array(z.string(lineFault).trim().min(1, lineFault).max(mostWildcardCharacters, lineFault))
      .min(1, { error: 'Give at least one line.' })
      .max(mostWildcardLines, { error: `Give at most ${mostWildcardLines} lines.` }),
  })
  .meta({ id: 'WildcardChange' });

const wildcardSchema = z
  .object({
    name: z.string(),
    version: z.int().meta({ description: 'Raised by each change' }),
    lines: z.array(z.string()),
  })
  .meta({ id: 'Wildcard' });
export type WildcardView = z.output<typeof wildcardSchema>;

const v1 = '/api/v1/wildcards';

/** Lists of the operator's. A client puts a line in the place of `__name__` before it asks for a picture. */
export const wildcardRoutes = {
  listWildcards: route({
    method: 'get',
    path: v1,
    auth: 'user',
    tag: 'catalogue',
    summary: 'List the lists of words that prompts may take lines of',
    success: {
      status: 200,
      description: 'By name',
      body: z
        .object({ items: z.array(z.object({ name: z.string(), count: z.int() })) })
        .meta({ id: 'WildcardList' }),
    },
    forDelegates: true,
  }),
  getWildcard: route({
    method: 'get',
    path: `${v1}/{name}`,
    auth: 'user',
    tag: 'catalogue',
    summary: 'Read such a list',
    params: nameParams,
    success: { status: 200, description: 'Its lines', body: wildcardSchema },
    problems: ['not-found'],
    forDelegates: true,
  }),
  adminPutWildcard: adminRoute('wildcards/{name}', {
    method: 'put',
    summary: 'Make such a list, or replace its lines',
    description: 'There may be 100, each of 500 lines. A repeat changes nothing.',
    params: nameParams,
    body: putWildcardSchema,
    success: { status: 200, description: 'The list', body: wildcardSchema },
    problems: ['changed-meanwhile', 'quota-exceeded'],
    keyScope: 'admin:pool',
  }),
  adminDeleteWildcard: adminRoute('wildcards/{name}', {
    method: 'delete',
    summary: 'Delete such a list; prompts that name it are refused in Create',
    params: nameParams,
    success: { status: 204, description: 'Deleted' },
    problems: ['not-found'],
    keyScope: 'admin:pool',
  }),
};

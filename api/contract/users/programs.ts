import { z } from 'zod';
import { creditsSchema, timeSchema } from '../fields.ts';
import { pageOf, pageQuerySchema } from '../pages.ts';
import { route } from '../route.ts';
import { apiKeyParamsSchema } from './apiKeys.ts';
import { makerSchema } from './makers.ts';

const programs = '/api/v1/users/programs';

const scopesSchema = z.array(z.enum(['tasks:read', 'tasks:write', 'assets', 'account:read']));
const querySchema = z.string().max(4_000).meta({
  description: 'What the program wrote behind the address of the page that asks the person (RFC 6749)',
});
const hostSchema = z.string().meta({
  description: 'The site that describes it; absent: nobody does, it registered itself under its name',
});
const redirectSchema = z.url().meta({ description: 'Where the browser goes on' });

/** A program that asks to be let in. */
const programRequestSchema = z
  .object({
    name: z.string().meta({ description: 'As it calls itself; nobody vouches for it' }),
    host: hostSchema.optional(),
    answersTo: z.string().meta({ description: 'The site or the program that gets the answer' }),
    scopes: scopesSchema,
  })
  .meta({ id: 'ProgramRequest' });
export type ProgramRequestView = z.output<typeof programRequestSchema>;

/** One that was let in. */
const programSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    host: hostSchema.optional(),
    scopes: scopesSchema,
    creditsPerDay: creditsSchema.optional().meta({ description: 'Absent: as much as its person has' }),
    createdAt: timeSchema,
    usedAt: timeSchema.optional(),
    madeBy: makerSchema.optional(),
    expiresAt: timeSchema.meta({ description: 'If it does not come until then' }),
  })
  .meta({ id: 'Program' });
export type ProgramView = z.output<typeof programSchema>;

const redirectView = z.object({ redirectTo: redirectSchema }).meta({ id: 'ProgramRedirect' });

/** Programs of others that a person lets in. */
export const programRoutes = {
  readProgramRequest: route({
    method: 'post',
    path: `${programs}/requests`,
    auth: 'user',
    tag: 'users',
    summary: 'Read what a program asks for, before you let it in',
    body: z.strictObject({ query: querySchema }),
    success: {
      status: 200,
      description: 'The program; or where to send it on, where its request is wrong',
      body: z.union([programRequestSchema, redirectView]),
    },
    problems: ['invalid-params', 'forbidden'],
    needsSession: true,
  }),
  answerProgramRequest: route({
    method: 'post',
    path: programs,
    auth: 'user',
    tag: 'users',
    summary: 'Let a program in, or send it away',
    body: z.strictObject({
      query: querySchema,
      allow: z.boolean(),
      creditsPerDay: creditsSchema
        .min(1)
        .max(1_000_000_000)
        .optional()
        .meta({ description: 'What it may spend a day, in UTC; absent: as much as you have' }),
    }),
    success: { status: 200, description: 'Where the browser takes the answer', body: redirectView },
    problems: ['invalid-params', 'forbidden'],
    needsPresence: true,
  }),
  listPrograms: route({
    method: 'get',
    path: programs,
    auth: 'user',
    tag: 'users',
    summary: 'List the programs that you let in',
    query: pageQuerySchema,
    success: { status: 200, description: 'Newest first', body: pageOf(programSchema) },
  }),
  deleteProgram: route({
    method: 'delete',
    path: `${programs}/{id}`,
    auth: 'user',
    tag: 'users',
    summary: 'Send a program away; it is out at once',
    params: apiKeyParamsSchema,
    success: { status: 204, description: 'It is out' },
    problems: ['not-found', 'forbidden'],
  }),
};

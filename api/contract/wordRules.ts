import { z } from 'zod';
import { patternSchema, wordSchema } from './guilds.ts';

/** What may not be in a prompt anywhere on the platform. */
export const wordRulesSchema = z
  .strictObject({
    blockedWords: z
      .array(wordSchema)
      .max(500)
      .default([])
      .meta({ description: '* stands for letters before or after' }),
    blockedPatterns: z
      .array(patternSchema)
      .max(20)
      .default([])
      .meta({ description: "Regular expressions in RE2's syntax, in either case" }),
  })
  .meta({ id: 'WordRules' });
export type WordRulesView = z.output<typeof wordRulesSchema>;

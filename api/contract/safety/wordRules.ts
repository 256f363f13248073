import {
  countSteps,
  mostSteps,
  parseTextPattern,
  patternMaxCharacters,
} from '@star-graph/workflows/shared/textPattern';
import { z } from 'zod';

export const wordSchema = z
  .string()
  .trim()
  .max(64)
  .regex(/^\*?[^*]+\*?$/, { error: 'Give a word; * may stand at its beginning and its end.' });

export const patternSchema = z
  .string()
  .max(patternMaxCharacters)
  .refine((source) => parseTextPattern(source) !== undefined, {
    error: "Give a regular expression in RE2's syntax: no look-around, no back-references, not too large.",
  });

const allowedWordSchema = wordSchema.regex(/^[^*]+$/, { error: 'Give a whole word, without *.' });

const words = z.array(wordSchema).max(500);

const allowedWords = z.array(allowedWordSchema).max(500);

/** Regular expressions that every prompt is compared with. */
export const patternsSchema = z
  .array(patternSchema)
  .max(20)
  .refine((sources) => countSteps(sources) <= mostSteps, {
    error: 'Together these are too large to compare with every prompt. Give fewer, or shorter repetitions.',
  });

/** Words and patterns forbidden in prompts on the whole platform. */
export const wordRulesSchema = z
  .strictObject({
    blockedWords: words.default([]).meta({ description: '* stands for letters before or after' }),
    blockedPatterns: patternsSchema
      .default([])
      .meta({ description: "Regular expressions in RE2's syntax, in either case" }),
    allowedWords: allowedWords
      .default([])
      .meta({ description: 'Whole words that no word with * forbids; patterns still do' }),
  })
  .meta({ id: 'WordRules' });
export type WordRulesView = z.output<typeof wordRulesSchema>;

/** Rules to add and remove; the others stay. */
export const wordRulesChangeSchema = z
  .strictObject({
    add: z
      .strictObject({
        blockedWords: words.optional(),
        blockedPatterns: patternsSchema.optional(),
        allowedWords: allowedWords.optional(),
      })
      .optional(),
    remove: z
      .strictObject({
        blockedWords: z.array(z.string()).max(500).optional(),
        blockedPatterns: z.array(z.string()).max(20).optional(),
        allowedWords: z.array(z.string()).max(500).optional(),
      })
      .optional()
      .meta({ description: 'What is not there is left out' }),
  })
  .meta({ id: 'WordRulesChange' });
export type WordRulesChange = z.output<typeof wordRulesChangeSchema>;

export const wordTrialRequestSchema = z
  .strictObject({
    text: z.string().max(10_000),
    rules: wordRulesSchema.optional().meta({ description: 'Default: the rules in force' }),
  })
  .meta({ id: 'WordTrialRequest' });

/** What a text meets, in the order of the rules. */
export const wordTrialSchema = z
  .strictObject({
    met: z.array(
      z.strictObject({
        list: z.enum(['blockedWords', 'blockedPatterns']),
        rule: z.string(),
        start: z.int().meta({ description: 'Where its first match begins in the text, in UTF-16 units' }),
        end: z.int().meta({ description: 'Behind that match' }),
      }),
    ),
  })
  .meta({ id: 'WordTrial' });
export type WordTrial = z.output<typeof wordTrialSchema>;

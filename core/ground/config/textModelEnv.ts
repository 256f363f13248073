import { z } from 'zod';
import { url, web, whole } from './values.ts';

/** A language model of the operator's that writes for people: fuller prompts, and what a picture shows. */
export const textModelEnv = {
  TEXT_MODEL_URL: url(web)
    .optional()
    .describe(
      'Address of a server that speaks the OpenAI protocol, as http://127.0.0.1:11434/v1: it expands prompts and describes pictures; unset: a workflow does, where the pool has it',
    ),
  TEXT_MODEL: z.string().max(200).optional().describe('Name of the model there; it has to see pictures'),
  TEXT_MODEL_KEY: z.string().optional().describe('The key that it wants, if any'),
  TEXT_MODEL_CREDITS: whole(1, 0, 10_000).describe('Credits for one text of it'),
  TEXT_MODEL_SECONDS: whole(60, 1, 300).describe('How long it may take for one text'),
};

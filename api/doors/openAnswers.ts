import type { CreateDocumentOptions } from 'zod-openapi';

/**
 * Answers have fields of their protocol that their clients know and our descriptions do not name: a client that is made
 * of a description must not refuse them.
 */
export const openAnswers: CreateDocumentOptions = {
  override({ jsonSchema, io }) {
    if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
  },
};

/** What every operation of a door may answer beside what it is for: a refusal in the form of its protocol. */
export const refusedStatuses: readonly string[] = [
  '400',
  '401',
  '402',
  '403',
  '404',
  '409',
  '413',
  '415',
  '422',
  '429',
  '5XX',
];

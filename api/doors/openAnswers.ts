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

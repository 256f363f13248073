import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { problemContent, transportProblem } from './describeProblems.ts';

const bytes = { '*/*': { schema: { type: 'string' as const, format: 'binary' } } };
const problem = (description: string) => ({ description, content: problemContent });

/**
 * Signed links are followed as they are, so they are not an operation of the contract; they are described all the
 * same.
 */
export const filesPath: ZodOpenApiPathsObject = {
  '/files/{key}': {
    get: {
      operationId: 'getFile',
      tags: ['assets'],
      summary: 'Read the bytes behind the link of an asset',
      description:
        'Follow the url of an asset as it is: the key has slashes in it, and the signature covers all but the host. A deleted asset is not found, whatever its link says.',
      security: [],
      requestParams: {
        path: z.object({ key: z.string() }),
        query: z.object({ expires: z.string(), name: z.string().optional(), signature: z.string() }),
        header: z.object({
          Range: z
            .string()
            .optional()
            .meta({ examples: ['bytes=0-1023'] }),
          'If-Range': z.string().optional(),
          'If-None-Match': z.string().optional(),
        }),
      },
      responses: {
        '200': { description: 'The whole file', content: bytes },
        '206': { description: 'The part that Range asks for', content: bytes },
        '304': { description: 'The client has it already' },
        '403': problem('forbidden'),
        '404': problem('not-found'),
        '416': problem('invalid-params'),
        '4XX': transportProblem,
        '500': problem('internal'),
        '503': problem('unavailable'),
      },
    },
  },
};

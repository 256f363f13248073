import { z } from 'zod';
import { cursorSchema } from '../pages.ts';
import { route } from '../route.ts';

/** What a person takes along. */
export const exportRoutes = {
  exportAccount: route({
    method: 'get',
    path: '/api/v1/users/export',
    auth: 'user',
    tag: 'users',
    summary: 'Take all your data and files along, as ZIP files',
    description:
      'Each answer is a whole ZIP file: the first has the data, as lines of JSON; those after it have your files. The header Link names the next one (rel="next") until there is none. If the connection is lost, ask for the same part again. One at a time for each person.',
    query: z.strictObject({ cursor: cursorSchema.optional() }),
    success: { status: 200, description: 'A ZIP file', contentType: 'application/zip' },
    problems: ['quota-exceeded'],
  }),
};

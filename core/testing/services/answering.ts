import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/**
 * For `createServer`. Who leaves in the middle of a request, as a process does that is killed, is no fault of the server;
 * every other error ends the test run.
 */
export const answering =
  (answer: (request: IncomingMessage, response: ServerResponse) => Promise<unknown>): RequestListener =>
  (request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!request.errored) throw error;
    });
  };

import { AsyncLocalStorage } from 'node:async_hooks';
import { DefaultRestOptions, type RESTOptions } from 'discord.js';

/** What became of the requests of one call: the library repeats them by itself. */
export interface Tries {
  /** One may have taken effect although nobody heard so. */
  isAnswerLost: boolean;
}

const followed = new AsyncLocalStorage<Tries>();

/** Makes a call, and notes what becomes of its requests. */
export const followTries = <Answer>(tries: Tries, call: () => Promise<Answer>): Promise<Answer> =>
  followed.run(tries, call);

/** Sends one request to Discord, for `followTries` to hear of. */
export const sendRequest: RESTOptions['makeRequest'] = async (url, init) => {
  const tries = followed.getStore();
  try {
    const response = await DefaultRestOptions.makeRequest(url, init);
    if (tries && response.status >= 500) tries.isAnswerLost = true;
    return response;
  } catch (error) {
    if (tries) tries.isAnswerLost = true;
    throw error;
  }
};

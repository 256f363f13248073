import { AsyncLocalStorage } from 'node:async_hooks';
import { DefaultRestOptions, type RESTOptions } from 'discord.js';

/** The results of one call's requests: the library repeats them by itself. */
interface Tries {
  /** One may have taken effect although its answer was lost. */
  isAnswerLost: boolean;
}

const followed = new AsyncLocalStorage<Tries>();

/** Makes a call, and records the results of its requests. */
export const followTries = <Answer>(tries: Tries, call: () => Promise<Answer>): Promise<Answer> =>
  followed.run(tries, call);

/** Sends one request to Discord, recorded by `followTries`. */
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

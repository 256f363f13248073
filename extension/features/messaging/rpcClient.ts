import { browser } from 'wxt/browser';
import type { ShownProblem } from '../runs/problem.ts';
import type { CallRequest, Calls } from './rpc.ts';

/** The background refused; `problem` says why, in a form that can be translated. */
class CallProblem extends Error {
  readonly problem: ShownProblem;
  constructor(problem: ShownProblem) {
    super(problem.code);
    this.name = 'CallProblem';
    this.problem = problem;
  }
}

/** Each call of the background as a function. @throws (each) CallProblem */
export const background = new Proxy({} as Calls, {
  get:
    (_, name) =>
    async (...args: unknown[]) => {
      const request = { kind: 'call', name, args } as CallRequest;
      const answer: { value: unknown } | { problem: ShownProblem } | undefined =
        await browser.runtime.sendMessage(request);
      if (!answer) throw new CallProblem({ code: 'unexpected' });
      if ('problem' in answer) throw new CallProblem(answer.problem);
      return answer.value;
    },
});

/** Where its bytes are, for an hour. */
export const getAssetUrl = async (assetId: string): Promise<string> =>
  (await background.getAsset(assetId)).url;

export const problemOf = (error: unknown): ShownProblem =>
  error instanceof CallProblem ? error.problem : { code: 'unexpected' };

import { browser } from 'wxt/browser';
import type { CallRequest, Calls } from './background/calls.ts';
import type { PanelNews } from './background/hub.ts';
import { panelPortName } from './page/protocol.ts';
import type { ShownProblem } from './problem.ts';

/** The background refused; `problem` says why, in a form that can be translated. */
export class CallProblem extends Error {
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

export const problemOf = (error: unknown): ShownProblem =>
  error instanceof CallProblem ? error.problem : { code: 'unexpected' };

const reconnectDelayMs = 500;
const awakeIntervalMs = 20_000;

/** Live news for a page, over a line that is opened anew whenever the worker died. @returns ends it */
export function listenToBackground(onNews: (news: PanelNews) => void): () => void {
  let isEnded = false;
  let port: ReturnType<typeof browser.runtime.connect>;
  const open = () => {
    port = browser.runtime.connect({ name: panelPortName });
    port.onMessage.addListener(onNews);
    port.onDisconnect.addListener(() => {
      onNews({ kind: 'connection', state: 'connecting' });
      if (!isEnded) setTimeout(open, reconnectDelayMs);
    });
  };
  open();
  const awake = setInterval(() => port.postMessage({ kind: 'awake' }), awakeIntervalMs);
  return () => {
    isEnded = true;
    clearInterval(awake);
    port.disconnect();
  };
}

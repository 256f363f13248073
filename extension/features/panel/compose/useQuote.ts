import type { QuoteView } from '@star-graph/contract/tasks/generate';
import { useEffect, useState } from 'preact/hooks';
import type { FormRequest } from '../../messaging/rpc.ts';
import { background, problemOf } from '../../messaging/rpcClient.ts';
import type { ShownProblem } from '../../problems/problem.ts';
import type { Run } from '../../runs/run.ts';

export interface QuoteState {
  quote?: QuoteView;
  problem?: ShownProblem;
}

const pauseMs = 400;

/** The price of the current values, requested whenever the person pauses; empty while unknown. */
export function useQuote(run: Run, request: FormRequest, isComplete: () => boolean): QuoteState {
  const [answer, setAnswer] = useState<QuoteState & { request?: string }>({});
  const isReady = run.state === 'quoted';
  const text = JSON.stringify(request);
  useEffect(() => {
    if (!isReady) return;
    let isCurrent = true;
    const show = (next: QuoteState) => isCurrent && setAnswer({ ...next, request: text });
    const timer = setTimeout(() => {
      if (!isComplete()) return;
      background.quote(run.id, JSON.parse(text)).then(
        (quote) => show({ quote }),
        (error: unknown) => show({ problem: problemOf(error) }),
      );
    }, pauseMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [run.id, isReady, text]);
  // A price belongs to the values it was requested for.
  return isReady && answer.request === text ? answer : {};
}

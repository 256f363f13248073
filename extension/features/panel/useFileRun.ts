import { useCallback, useState } from 'preact/hooks';
import type { ConnectionView } from '../messaging/protocol.ts';
import type { FileAction } from '../messaging/rpc.ts';
import { background, problemOf } from '../messaging/rpcClient.ts';
import { LocalProblem, type ShownProblem } from '../runs/problem.ts';
import { isEnded, type Run } from '../runs/run.ts';
import { nameOf, readFile } from './readFile.ts';
import { useNews } from './useBackground.ts';

export interface FileRun {
  run: Run | undefined;
  problem: ShownProblem | undefined;
  connection: ConnectionView;
  start(file: File, action: FileAction): Promise<void>;
  answerPrice(isYes: boolean): void;
  setProblem(problem: ShownProblem): void;
}

/** The run of the last file. */
export function useFileRun(): FileRun {
  const [run, setRun] = useState<Run>();
  const [problem, setProblem] = useState<ShownProblem>();
  const update = useCallback((news: Run) => {
    setRun((shown) => (shown?.id === news.id && !isEnded(shown) ? news : shown));
  }, []);
  const look = async (id: string) => {
    const now = await background.findRun(id);
    if (now) update(now);
  };
  const connection = useNews((news) => {
    if (news.kind === 'run') update(news.run);
    if (news.kind === 'listening' && run && !isEnded(run))
      look(run.id).catch((error: unknown) => setProblem(problemOf(error)));
  });
  const start = async (file: File, action: FileAction) => {
    setProblem(undefined);
    try {
      const started = await background.startFile(await readFile(file), nameOf(file), action);
      setRun(started);
      // It may have ended before this page knew its id.
      await look(started.id);
    } catch (error) {
      setProblem(error instanceof LocalProblem ? { code: error.code } : problemOf(error));
    }
  };
  const answerPrice = (isYes: boolean) => {
    if (!run) return;
    background.answerPrice(run.id, isYes).catch((error: unknown) => setProblem(problemOf(error)));
  };
  return { run, problem, connection, start, answerPrice, setProblem };
}

import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Progress } from '@star-graph/ui/feedback/Progress.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { formatBytes } from '@star-graph/ui/texts/formats';
import { Download } from 'lucide';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { usePost } from '../../../data/usePost.ts';
import { firstPart, type Part, savePart } from './exportParts.ts';
import { texts } from './exportTexts.ts';

/** Saves all that is the person's, part by part; what stopped goes on where it was. */
export function ExportCard() {
  // The part that comes next; undefined once all have come.
  const [part, setPart] = useState<Part | undefined>(firstPart);
  const [saved, setSaved] = useState(0);
  const [bytes, setBytes] = useState(0);
  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), []);
  const send = useCallback(async (from: Part) => {
    const mine = new AbortController();
    abort.current = mine;
    let next: Part | undefined = from;
    while (next !== undefined) {
      setPart(next);
      setBytes(0);
      try {
        next = await savePart(next, setBytes, mine.signal);
      } catch (error) {
        if (mine.signal.aborted) return;
        throw error;
      }
      setSaved((count) => count + 1);
    }
    setPart(undefined);
  }, []);
  const { post, isBusy, error } = usePost(send);
  const start = () => {
    setSaved(0);
    void post(firstPart);
  };
  const isStopped = !isBusy && part !== undefined && part.number > 1;
  return (
    <Card title={texts.title}>
      <div class="account-form">
        <p class="account-words">{texts.words}</p>
        {isBusy && part && (
          <div class="account-form" role="status">
            <span>{texts.running(part.number, formatBytes(bytes))}</span>
            <Progress label={texts.title} />
          </div>
        )}
        {isStopped && <p role="status">{texts.stopped(part.number)}</p>}
        {part === undefined && <p role="status">{texts.done(saved)}</p>}
        <PostFailure error={error} />
        <div class="account-row">
          {isBusy ? (
            <Button onClick={() => abort.current?.abort()}>{texts.stop}</Button>
          ) : (
            <>
              {isStopped && <Button onClick={() => void post(part)}>{texts.goOn}</Button>}
              <Button icon={Download} onClick={start}>
                {texts.start}
              </Button>
            </>
          )}
        </div>
      </div>
    </Card>
  );
}

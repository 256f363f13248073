import type { BackupRunView } from '@star-graph/contract/platform/backups';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Ring } from '@star-graph/ui/feedback/Ring.tsx';
import { formatBytes, formatNumber } from '@star-graph/ui/texts/formats';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { useEffect, useRef } from 'preact/hooks';
import { PostFailure } from '../../data/PostFailure.tsx';
import { usePost } from '../../data/usePost.ts';
import type { LoadedResource } from '../../data/useResource.ts';
import { useTimer } from '../../data/useTimer.ts';
import { api } from '../../session/session.ts';
import { texts } from './backupTexts.ts';

interface RunProps {
  run: LoadedResource<BackupRunView>;
}

const isOpen = (run: BackupRunView | undefined): boolean =>
  run?.state === 'waiting' || run?.state === 'working';

const isBad = (run: BackupRunView | undefined): boolean => run?.state === 'failed' || run?.state === 'silent';

/** While one is asked for or written, there is nothing to press; after one that failed, its words have the button. */
export const BackUpButton = ({ run }: RunProps) => (isBad(run.value) ? null : <AskButton run={run} />);

function AskButton({ run }: RunProps) {
  const { post, isBusy, error } = usePost(async () => run.put(await api.adminAskForBackup({})));
  return (
    <>
      <PostFailure error={error} />
      <Button look="primary" busy={isBusy} disabled={isOpen(run.value)} onClick={() => void post()}>
        {isBad(run.value) ? texts.tryAgain : texts.makeNow}
      </Button>
    </>
  );
}

const lookEveryMs = 2_000;

/** What becomes of the backup that was asked for, or is being written by the schedule. */
export function BackupRun({ run, onEnd }: RunProps & { onEnd: () => void }) {
  useTimer(run.reload, lookEveryMs);
  const { value } = run;
  const wasOpen = useRef(false);
  useEffect(() => {
    if (wasOpen.current && value?.endedAt) onEnd();
    wasOpen.current = isOpen(value);
  }, [value, onEnd]);
  if (!value || value.state === 'none' || value.state === 'made') return null;
  if (isBad(value))
    return (
      <div class="admin-note admin-split" data-tone="bad" role="status">
        <p class="admin-measure">
          <strong>{words(value)[0]}</strong>
          {value.endedAt && (
            <>
              {' · '}
              <Time at={value.endedAt} />
            </>
          )}
          <br />
          {words(value)[1]}
          {value.state === 'silent' && value.toldAt && <Time at={value.toldAt} />}
          {value.state === 'failed' && (
            <>
              <br />
              {value.askedAt ? texts.failedHint : texts.scheduledHint}
            </>
          )}
        </p>
        <AskButton run={run} />
      </div>
    );
  return (
    <div class="backup-run" role="status">
      <Ring size={32} percent={percentOf(value)} label={words(value)[0]} />
      <p>
        <strong>{words(value)[0]}</strong>
        <br />
        {words(value)[1]}
      </p>
    </div>
  );
}

const percentOf = ({ files = 0, allFiles = 0 }: BackupRunView): number | undefined =>
  allFiles === 0 ? undefined : (files / allFiles) * 100;

/** What is under way, and a sentence more. */
function words({ state, files = 0, allFiles = 0, bytes = 0, fault = '' }: BackupRunView): [string, string] {
  if (state === 'waiting') return [texts.waiting, texts.waitingHint];
  if (state === 'failed') return [texts.runFailed, fault];
  if (state === 'silent') return [texts.silent, texts.silentHint];
  if (allFiles === 0) return [texts.working, texts.ofDatabase];
  return [texts.working, texts.ofFiles(formatNumber(files), formatNumber(allFiles), formatBytes(bytes))];
}

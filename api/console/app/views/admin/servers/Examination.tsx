import type { ExaminationView } from '@star-graph/contract/admin/backends';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Card, Facts } from '@star-graph/ui/layout/Card.tsx';
import { formatBytes, formatList, formatNumber } from '@star-graph/ui/texts/formats';
import { useEffect, useState } from 'preact/hooks';
import { nameWorkflow } from '../../../data/catalogue.ts';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import type { ServerProps } from './serverProps.ts';
import { texts } from './texts.ts';

/** Asks the server itself, now. */
export function Examination({ server: { id } }: Pick<ServerProps, 'server'>) {
  const [found, setFound] = useState<ExaminationView>();
  const { post, isBusy, error } = usePost(async () =>
    setFound(await api.adminExamineBackend({ params: { id } })),
  );
  useEffect(() => void post(), [post]);
  return (
    <Card
      title={texts.examine}
      aside={
        <Button size="small" busy={isBusy} onClick={() => void post()}>
          {texts.again}
        </Button>
      }
    >
      <PostFailure error={error} />
      {!found && isBusy && <Skeleton height="80px" />}
      {found && <Found found={found} />}
    </Card>
  );
}

/** What a server can run and what it lacks. */
export function Found({ found }: { found: ExaminationView }) {
  const { fault, devices = [], prompts, runs = [], lacks = [], clockOffsetSeconds = 0 } = found;
  return (
    <div class="admin-stack">
      {fault !== undefined && (
        <p class="admin-note" data-tone="bad" dir="auto">
          {fault}
        </p>
      )}
      {found.reachable && (
        <Facts
          facts={[
            [texts.version, found.comfyVersion],
            [
              texts.device,
              devices
                .map(({ name, vramTotalBytes }) => `${name} (${formatBytes(vramTotalBytes)})`)
                .join(', '),
            ],
            [texts.prompts, prompts === undefined ? undefined : formatNumber(prompts)],
            [
              texts.clock,
              Math.abs(clockOffsetSeconds) < 2 ? undefined : `${formatNumber(clockOffsetSeconds)} s`,
            ],
            [texts.canRun, runs.length === 0 ? texts.nothing : formatList(runs.map(nameWorkflow))],
          ]}
        />
      )}
      {lacks.map(({ what, workflows }) => (
        <div key={what} class="admin-row">
          <Chip tone="warn">{texts.lacks}</Chip>
          <span class="admin-quiet-words" dir="auto">
            {what} · {formatList(workflows.map(nameWorkflow))}
          </span>
        </div>
      ))}
    </div>
  );
}

import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Card, Facts } from '@star-graph/ui/layout/Card.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { formatList, formatNumber } from '@star-graph/ui/texts/formats';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { texts } from './signingTexts.ts';

type DataKeys = Awaited<ReturnType<typeof api.adminListKeys>>['data'];

/** Those that the environment has; here one sees which are needed, and encrypts anew. */
export function DataKeysCard({ data, onChanged }: { data: DataKeys; onChanged: () => void }) {
  const { kids, lastRun } = data;
  const { post, isBusy, error } = usePost(async () => {
    try {
      showToast({ tone: 'good', text: texts.reencrypted(formatNumber(await reencryptAll())) });
    } finally {
      onChanged();
    }
  });
  const needed = Object.entries(lastRun?.held ?? {}).map(([kid, count]) =>
    texts.neededOf(kid, formatNumber(count)),
  );
  return (
    <Card
      title={texts.data}
      aside={
        kids.length > 0 && (
          <Button busy={isBusy} onClick={() => void post()}>
            {texts.reencrypt}
          </Button>
        )
      }
    >
      <div class="admin-stack">
        <p class="admin-quiet admin-measure">{texts.dataWords}</p>
        {kids.length === 0 && <p class="post-failure">{texts.noData}</p>}
        <PostFailure error={error} />
        <Facts
          facts={[
            [texts.kids, kids.join(', ')],
            [texts.lastRun, lastRun ? <Time key="at" at={lastRun.at} /> : texts.never],
            [texts.needed, lastRun && (needed.length === 0 ? texts.noneNeeded : formatList(needed))],
            [
              texts.unreadable,
              lastRun && lastRun.unreadable.length > 0 ? (
                <span key="unreadable" class="post-failure">
                  {lastRun.unreadable.join(', ')}
                </span>
              ) : undefined,
            ],
          ]}
        />
      </div>
    </Card>
  );
}

/** Each call works for some seconds, and the next goes on. @returns how many secrets were encrypted anew */
async function reencryptAll(): Promise<number> {
  for (let count = 0; ; ) {
    const { rewritten, isComplete } = await api.adminReencrypt({});
    count += rewritten;
    if (isComplete) return count;
  }
}

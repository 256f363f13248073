import type { CreatedWebhookView, WebhookTestView, WebhookView } from '@star-graph/contract/users/webhooks';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Card, PageHead } from '@star-graph/ui/layout/Card.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { Webhook } from 'lucide';
import { useState } from 'preact/hooks';
import { AskDialog, useAsked } from '../../../data/AskDialog.tsx';
import { PageTable } from '../../../data/PageTable.tsx';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { usePages } from '../../../data/usePages.ts';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { SecretField } from '../SecretField.tsx';
import { DeliveriesDrawer } from './DeliveriesDrawer.tsx';
import { NewWebhook } from './NewWebhook.tsx';
import { useWebhookColumns } from './useWebhookColumns.tsx';
import { texts } from './webhookTexts.ts';
import './webhooks.css';

/** Addresses that are told what happens to the person's tasks. */
export function WebhooksSection() {
  const [made, setMade] = useState<Pick<CreatedWebhookView, 'id' | 'secret'>>();
  const [opened, setOpened] = useState<WebhookView>();
  const pages = usePages((page, signal) => api.listWebhooks({ query: page }, { signal }));
  const removal = useAsked(async ({ id }: WebhookView) => {
    await api.deleteWebhook({ params: { id } });
    pages.change((items) => items.filter((one) => one.id !== id));
    setMade((last) => (last?.id === id ? undefined : last));
  });
  const renewal = useAsked(async ({ id }: WebhookView) => {
    setMade(await api.rotateWebhookSecret({ params: { id } }));
  });
  const test = useWebhookTest((id) =>
    pages.change((items) => items.map((one) => (one.id === id ? asWell(one) : one))),
  );
  const columns = useWebhookColumns({
    tested: test.tested,
    test: test.post,
    open: setOpened,
    renew: renewal.ask,
    remove: removal.ask,
  });
  return (
    <div class="account-stack">
      <PageHead isPart title={texts.title}>
        {texts.intro}
      </PageHead>
      {made && (
        <Card>
          <div class="account-form">
            <SecretField label={texts.secret} value={made.secret} hint={texts.secretHint} />
            <div class="account-row">
              <Button onClick={() => setMade(undefined)}>{texts.done}</Button>
            </div>
          </div>
        </Card>
      )}
      <NewWebhook onMade={setMade} onEnded={pages.reload} />
      <PostFailure error={test.error ?? removal.error ?? renewal.error} />
      <PageTable
        pages={pages}
        label={texts.title}
        columns={columns}
        empty={<EmptyState icon={Webhook} title={texts.empty} />}
      />
      <AskDialog asked={removal} title={() => texts.removeTitle} confirmLabel={texts.remove}>
        {() => texts.removeWords}
      </AskDialog>
      <AskDialog asked={renewal} title={() => texts.renewTitle} confirmLabel={texts.renew}>
        {() => texts.renewWords}
      </AskDialog>
      {opened && (
        <DeliveriesDrawer
          webhook={opened}
          onClose={() => {
            setOpened(undefined);
            // What was sent again may have started it anew.
            pages.reload();
          }}
        />
      )}
    </div>
  );
}

/** As the platform has it once it took a message. */
const asWell = ({ disabledAt: _, restingUntil: __, ...webhook }: WebhookView): WebhookView => ({
  ...webhook,
  failures: 0,
});

/**
 * Posts a test to a webhook, and says what it answered.
 * @param onTaken the webhook works, also if it was stopped
 */
function useWebhookTest(onTaken: (id: string) => void) {
  const [tested, setTested] = useState<string>();
  const posting = usePost(async ({ id }: WebhookView) => {
    setTested(id);
    const answer = await api.testWebhook({ params: { id } });
    if (answer.delivered) onTaken(id);
    showToast({ tone: answer.delivered ? 'good' : 'bad', text: sayAnswer(answer) });
  });
  return { ...posting, tested: posting.isBusy ? tested : undefined };
}

function sayAnswer({ delivered, status, milliseconds }: WebhookTestView): string {
  if (status === undefined) return texts.unanswered;
  return delivered ? texts.taken(status, milliseconds) : texts.refused(status);
}

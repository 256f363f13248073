import type { WebhookTestView, WebhookView } from '@star-graph/contract/users/webhooks';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { useCallback, useState } from 'preact/hooks';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { texts } from './texts.ts';

/**
 * Posts a test to a webhook, and says what it answered.
 * @param onTaken the webhook works, also if it was stopped
 */
export function useWebhookTest(onTaken: (id: string) => void) {
  const [tested, setTested] = useState<string>();
  const posting = usePost(
    useCallback(
      async ({ id }: WebhookView) => {
        setTested(id);
        const answer = await api.testWebhook({ params: { id } });
        if (answer.delivered) onTaken(id);
        showToast({ tone: answer.delivered ? 'good' : 'bad', text: sayAnswer(answer) });
      },
      [onTaken],
    ),
  );
  return { ...posting, tested: posting.isBusy ? tested : undefined };
}

function sayAnswer({ delivered, status, milliseconds }: WebhookTestView): string {
  if (status === undefined) return texts.unanswered;
  return delivered ? texts.taken(status, milliseconds) : texts.refused(status);
}

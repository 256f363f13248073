import type { WebhookView } from '@star-graph/contract/users/webhooks';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import type { Column } from '@star-graph/ui/layout/Table.tsx';
import { formatList } from '@star-graph/ui/texts/formats';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { useMemo } from 'preact/hooks';
import { MadeBy } from '../../../data/MadeBy.tsx';
import { actColumn } from '../../../data/PageTable.tsx';
import { eventTexts, texts } from './webhookTexts.ts';

interface Acts {
  /** The webhook that is being tested. */
  tested: string | undefined;
  test(webhook: WebhookView): void;
  open(webhook: WebhookView): void;
  renew(webhook: WebhookView): void;
  remove(webhook: WebhookView): void;
}

export function useWebhookColumns({ tested, test, open, renew, remove }: Acts) {
  return useMemo(
    (): Column<WebhookView>[] => [
      {
        key: 'address',
        title: texts.address,
        cell: ({ url, types, createdAt, madeBy }) => (
          <div>
            <span class="webhook-address">{url}</span>
            <span class="webhook-events">{formatList(types.map((type) => eventTexts[type]))}</span>
            <span class="webhook-events">
              {texts.made} <Time at={createdAt} />
            </span>
            <MadeBy maker={madeBy} />
          </div>
        ),
      },
      {
        key: 'state',
        title: texts.state,
        cell: (webhook) => (
          <div>
            <span class="webhook-state">
              <StateChip webhook={webhook} />
              <Button size="small" busy={tested === webhook.id} onClick={() => test(webhook)}>
                {texts.test}
              </Button>
            </span>
            <StateHint webhook={webhook} />
          </div>
        ),
      },
      actColumn((webhook) => (
        <span class="webhook-acts">
          <Button size="small" onClick={() => open(webhook)}>
            {texts.deliveries}
          </Button>
          <Button size="small" onClick={() => renew(webhook)}>
            {texts.renew}
          </Button>
          <Button size="small" look="danger" onClick={() => remove(webhook)}>
            {texts.remove}
          </Button>
        </span>
      )),
    ],
    [texts.address, tested, test, open, renew, remove],
  );
}

function StateChip({ webhook: { disabledAt, restingUntil } }: { webhook: WebhookView }) {
  if (disabledAt !== undefined) return <Chip tone="bad">{texts.stopped}</Chip>;
  if (restingUntil !== undefined) return <Chip tone="warn">{texts.resting}</Chip>;
  return <Chip tone="good">{texts.active}</Chip>;
}

function StateHint({ webhook: { disabledAt, restingUntil } }: { webhook: WebhookView }) {
  if (disabledAt !== undefined) return <span class="webhook-events">{texts.stoppedHint}</span>;
  if (restingUntil === undefined) return null;
  return (
    <span class="webhook-events">
      {texts.restingHint} <Time at={restingUntil} />
    </span>
  );
}

import { useMemo } from 'preact/hooks';
import type { WebhookView } from '../../../../../contract/users/webhooks.ts';
import { Button } from '../../../../../ui/controls/Button.tsx';
import { Chip } from '../../../../../ui/feedback/Chip.tsx';
import type { Column } from '../../../../../ui/layout/Table.tsx';
import { formatList } from '../../../../../ui/texts/formats.ts';
import { Time } from '../../../../../ui/texts/Time.tsx';
import { eventTexts, texts } from './texts.ts';

interface Acts {
  open(webhook: WebhookView): void;
  renew(webhook: WebhookView): void;
  remove(webhook: WebhookView): void;
}

export function useWebhookColumns({ open, renew, remove }: Acts) {
  return useMemo(
    (): Column<WebhookView>[] => [
      {
        key: 'address',
        title: texts.address,
        cell: ({ url, types }) => (
          <div>
            <span class="webhook-address">{url}</span>
            <span class="webhook-events">{formatList(types.map((type) => eventTexts[type]))}</span>
          </div>
        ),
      },
      { key: 'state', title: texts.state, cell: (webhook) => <WebhookState webhook={webhook} /> },
      {
        key: 'actions',
        title: texts.actions,
        align: 'end',
        cell: (webhook) => (
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
        ),
      },
    ],
    [texts.address, open, renew, remove],
  );
}

function WebhookState({ webhook }: { webhook: WebhookView }) {
  const { disabledAt, restingUntil } = webhook;
  if (disabledAt !== undefined)
    return (
      <div>
        <Chip tone="bad">{texts.stopped}</Chip>
        <span class="webhook-events">{texts.stoppedHint}</span>
      </div>
    );
  if (restingUntil !== undefined)
    return (
      <div>
        <Chip tone="warn">{texts.resting}</Chip>
        <span class="webhook-events">
          {texts.restingHint} <Time at={restingUntil} />
        </span>
      </div>
    );
  return <Chip tone="good">{texts.active}</Chip>;
}

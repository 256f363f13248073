import type { DeliveryView, WebhookView } from '@star-graph/contract/users/webhooks';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { FilterChips } from '@star-graph/ui/layout/FilterChips.tsx';
import type { Column } from '@star-graph/ui/layout/Table.tsx';
import { Drawer } from '@star-graph/ui/overlays/Drawer.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { Send } from 'lucide';
import { useMemo, useState } from 'preact/hooks';
import { actColumn, PageTable } from '../../../data/PageTable.tsx';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { usePages } from '../../../data/usePages.ts';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { eventTexts, texts } from './webhookTexts.ts';

type State = DeliveryView['state'];
const states: readonly State[] = ['waiting', 'delivered', 'failed'];
const tones = { waiting: 'plain', delivered: 'good', failed: 'bad' } as const;

/** What was and will be sent to one webhook; what it failed to take can be sent again. */
export function DeliveriesDrawer({ webhook, onClose }: { webhook: WebhookView; onClose: () => void }) {
  const { id } = webhook;
  const [chosen, setChosen] = useState<State[]>([]);
  const [state] = chosen;
  const pages = usePages(
    (page, signal) =>
      api.listDeliveries({ params: { id }, query: { ...page, ...(state && { state }) } }, { signal }),
    [id, state],
  );
  const { reload } = pages;
  const sending = usePost(async (deliveryId?: string) => {
    const body = deliveryId === undefined ? {} : { deliveryId };
    const { replayed } = await api.replayDeliveries({ params: { id }, body });
    reload();
    showToast({ tone: 'good', text: texts.sentAgain(replayed) });
  });
  const columns = useDeliveryColumns((one) => void sending.post(one));
  return (
    <Drawer open size="large" onClose={onClose} title={texts.deliveries} description={webhook.url}>
      <div class="account-form">
        <p class="account-words">{texts.deliveriesWords}</p>
        <div class="account-row">
          <FilterChips
            label={texts.state}
            single
            options={states.map((value) => ({ value, label: texts[value] }))}
            values={chosen}
            onChange={setChosen}
          />
          {pages.items.some((one) => one.state === 'failed') && (
            <Button size="small" busy={sending.isBusy} onClick={() => void sending.post()}>
              {texts.allAgain}
            </Button>
          )}
        </div>
        <PostFailure error={sending.error} />
        <PageTable
          pages={pages}
          label={texts.deliveries}
          columns={columns}
          empty={<EmptyState icon={Send} title={texts.noDeliveries} />}
        />
      </div>
    </Drawer>
  );
}

function useDeliveryColumns(sendAgain: (deliveryId: string) => void) {
  return useMemo(
    (): Column<DeliveryView>[] => [
      { key: 'event', title: texts.event, cell: ({ type }) => eventTexts[type] },
      {
        key: 'state',
        title: texts.state,
        cell: (one) => <Chip tone={tones[one.state]}>{texts[one.state]}</Chip>,
      },
      { key: 'answer', title: texts.answer, align: 'end', cell: sayAnswer },
      { key: 'tries', title: texts.tries, align: 'end', wideOnly: true, cell: ({ tries }) => tries },
      {
        key: 'when',
        title: texts.when,
        cell: ({ lastTriedAt, dueAt }) => (
          <div>
            {lastTriedAt && <Time at={lastTriedAt} />}
            {dueAt && (
              <span class="webhook-events">
                {texts.next} <Time at={dueAt} />
              </span>
            )}
          </div>
        ),
      },
      actColumn(
        ({ id, state }) =>
          state === 'failed' && (
            <Button size="small" onClick={() => sendAgain(id)}>
              {texts.again}
            </Button>
          ),
      ),
    ],
    [texts.event, sendAgain],
  );
}

function sayAnswer({ lastStatus, lastTriedAt }: DeliveryView) {
  if (lastTriedAt === undefined) return texts.untried;
  return lastStatus ?? texts.noAnswer;
}

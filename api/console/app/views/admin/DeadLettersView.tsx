import type { DeadLetterView } from '@star-graph/contract/users/webhooks';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { PageHead } from '@star-graph/ui/layout/Card.tsx';
import type { Column } from '@star-graph/ui/layout/Table.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { MailX } from 'lucide';
import { useMemo, useState } from 'preact/hooks';
import { actColumn, PageTable } from '../../data/PageTable.tsx';
import { PostFailure } from '../../data/PostFailure.tsx';
import { usePages } from '../../data/usePages.ts';
import { usePost } from '../../data/usePost.ts';
import { api } from '../../session/session.ts';
import { PersonName } from './people/PersonName.tsx';
import { SetAsideCard } from './SetAsideCard.tsx';

const texts = defineTexts({
  title: { en: 'Undelivered', 'zh-CN': '未送达' },
  intro: {
    en: 'Messages that people’s webhooks didn’t accept, kept for a week. A message keeps its ID when it’s resent.',
    'zh-CN': '用户的 Webhook 未能接收的消息，保留一周。重新发送时编号不变。',
  },
  to: { en: 'To', 'zh-CN': '接收地址' },
  person: { en: 'Person', 'zh-CN': '用户' },
  tries: { en: 'Tries', 'zh-CN': '次数' },
  answer: { en: 'Last answer', 'zh-CN': '最近回应' },
  none: { en: 'None', 'zh-CN': '无' },
  last: { en: 'Last tried', 'zh-CN': '最近尝试' },
  again: { en: 'Resend', 'zh-CN': '重新发送' },
  sent: { en: 'Being resent', 'zh-CN': '正在重新发送' },
  empty: { en: 'Everything was delivered', 'zh-CN': '全部已送达' },
});

/** Webhook deliveries that were given up, of everybody. */
export function DeadLettersView() {
  const pages = usePages((page, signal) => api.adminListDeadLetters({ query: page }, { signal }));
  const { change } = pages;
  const [error, setError] = useState<unknown>();
  const columns = useMemo(
    (): Column<DeadLetterView>[] => [
      { key: 'to', title: texts.to, cell: ({ url }) => <span class="admin-address">{url}</span> },
      {
        key: 'person',
        title: texts.person,
        wideOnly: true,
        cell: ({ userId }) => <PersonName id={userId} />,
      },
      { key: 'tries', title: texts.tries, align: 'end', cell: ({ tries }) => tries },
      {
        key: 'answer',
        title: texts.answer,
        align: 'end',
        cell: ({ lastStatus }) => lastStatus ?? texts.none,
      },
      { key: 'last', title: texts.last, cell: ({ lastTriedAt }) => lastTriedAt && <Time at={lastTriedAt} /> },
      actColumn(({ id }) => (
        <Resend
          id={id}
          onSent={() => change((items) => items.filter((one) => one.id !== id))}
          onFailed={setError}
        />
      )),
    ],
    [texts.to, change],
  );
  return (
    <div class="admin-stack">
      <PageHead title={texts.title}>{texts.intro}</PageHead>
      <PostFailure error={error} />
      <SetAsideCard />
      <PageTable
        pages={pages}
        label={texts.title}
        columns={columns}
        empty={<EmptyState icon={MailX} title={texts.empty} />}
      />
    </div>
  );
}

interface ResendProps {
  id: string;
  onSent(): void;
  /** Undefined once it is tried anew. */
  onFailed(error: unknown): void;
}

/** Each row waits for its own answer alone. */
function Resend({ id, onSent, onFailed }: ResendProps) {
  const { post, isBusy } = usePost(async () => {
    onFailed(undefined);
    try {
      await api.adminReplayDeadLetter({ params: { id } });
    } catch (failure) {
      onFailed(failure);
      return;
    }
    showToast({ tone: 'good', text: texts.sent });
    onSent();
  });
  return (
    <Button size="small" busy={isBusy} onClick={() => void post()}>
      {texts.again}
    </Button>
  );
}

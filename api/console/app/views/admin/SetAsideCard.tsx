import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { Table } from '@star-graph/ui/layout/Table.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { PostFailure } from '../../data/PostFailure.tsx';
import { usePost } from '../../data/usePost.ts';
import { useResource } from '../../data/useResource.ts';
import { api } from '../../session/session.ts';
import { PersonName } from './people/PersonName.tsx';

const texts = defineTexts({
  title: { en: 'Events that reached no webhook', 'zh-CN': '未能交给 Webhook 的事件' },
  words: {
    en: 'The platform failed eight times to hand them over. The API’s log says why.',
    'zh-CN': '平台八次尝试均未能交付，原因见 API 日志。',
  },
  event: { en: 'Event', 'zh-CN': '事件' },
  person: { en: 'Person', 'zh-CN': '用户' },
  at: { en: 'Given up', 'zh-CN': '放弃时间' },
  again: { en: 'Try again', 'zh-CN': '重试' },
  tried: { en: 'Retrying', 'zh-CN': '正在重试' },
});

/** Only there while some were set aside. */
export function SetAsideCard() {
  const { value, reload } = useResource((signal) => api.adminListSetAsideEvents({}, { signal }), []);
  const { post, isBusy, error } = usePost(async () => {
    await api.adminReplaySetAsideEvents();
    showToast({ tone: 'good', text: texts.tried });
    reload();
  });
  if (!value || value.items.length === 0) return null;
  return (
    <Card
      title={texts.title}
      aside={
        <Button size="small" busy={isBusy} onClick={() => void post()}>
          {texts.again}
        </Button>
      }
    >
      <p class="admin-quiet">{texts.words}</p>
      <PostFailure error={error} />
      <Table
        label={texts.title}
        rows={value.items}
        rowKey={({ taskId, type }) => `${taskId} ${type}`}
        columns={[
          { key: 'event', title: texts.event, cell: ({ type }) => <code>{type}</code> },
          { key: 'person', title: texts.person, cell: ({ userId }) => <PersonName id={userId} /> },
          { key: 'at', title: texts.at, cell: ({ failedAt }) => <Time at={failedAt} /> },
        ]}
      />
    </Card>
  );
}

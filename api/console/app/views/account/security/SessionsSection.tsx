import type { SessionView } from '@star-graph/contract/auth/sessions';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { PageHead } from '@star-graph/ui/layout/Card.tsx';
import type { Column } from '@star-graph/ui/layout/Table.tsx';
import { ConfirmDialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { nameBrowser } from '@star-graph/workflows/shared/nameBrowser';
import { useMemo, useState } from 'preact/hooks';
import { MadeBy } from '../../../data/MadeBy.tsx';
import { actColumn, PageTable } from '../../../data/PageTable.tsx';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { usePages } from '../../../data/usePages.ts';
import { usePost } from '../../../data/usePost.ts';
import { api, endSession } from '../../../session/session.ts';

const texts = defineTexts({
  title: { en: 'Sessions', 'zh-CN': '登录设备' },
  intro: {
    en: 'Where you’re signed in. Ending a session signs it out immediately.',
    'zh-CN': '已登录的设备。结束后会立即退出登录。',
  },
  where: { en: 'Device', 'zh-CN': '设备' },
  unknown: { en: 'An app', 'zh-CN': '程序' },
  fromCode: { en: 'With a code', 'zh-CN': '通过代码' },
  here: { en: 'This session', 'zh-CN': '当前' },
  since: { en: 'Signed in', 'zh-CN': '登录时间' },
  used: { en: 'Last used', 'zh-CN': '最近使用' },
  end: { en: 'End', 'zh-CN': '结束' },
  endAll: { en: 'Sign out everywhere', 'zh-CN': '退出所有设备' },
  askTitle: { en: 'Sign out everywhere?', 'zh-CN': '退出所有设备？' },
  askWords: {
    en: 'Including this browser. API keys keep working.',
    'zh-CN': '包括此浏览器。API 密钥仍然有效。',
  },
});

/** Where the person is signed in. */
export function SessionsSection() {
  const [isAsking, setAsking] = useState(false);
  const pages = usePages((page, signal) => api.listSessions({ query: page }, { signal }));
  const { change } = pages;
  const ending = usePost(async (id: string) => {
    await api.deleteSession({ params: { id } });
    change((items) => items.filter((one) => one.id !== id));
  });
  const endingAll = usePost(endAll);
  const columns = useSessionColumns((id) => void ending.post(id));
  return (
    <div class="account-stack">
      <PageHead
        isPart
        title={texts.title}
        actions={
          <Button look="danger" busy={endingAll.isBusy} onClick={() => setAsking(true)}>
            {texts.endAll}
          </Button>
        }
      >
        {texts.intro}
      </PageHead>
      <PostFailure error={ending.error ?? endingAll.error} />
      <PageTable pages={pages} label={texts.title} columns={columns} />
      <ConfirmDialog
        open={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => {
          setAsking(false);
          void endingAll.post();
        }}
        title={texts.askTitle}
        confirmLabel={texts.endAll}
        danger
      >
        {texts.askWords}
      </ConfirmDialog>
    </div>
  );
}

async function endAll(): Promise<void> {
  await api.deleteSessions();
  endSession();
}

function useSessionColumns(end: (id: string) => void) {
  return useMemo(
    (): Column<SessionView>[] => [
      {
        key: 'where',
        title: texts.where,
        cell: ({ userAgent, fromCode, madeBy }) => (
          <>
            <span title={userAgent}>{nameBrowser(userAgent) ?? (userAgent || texts.unknown)}</span>{' '}
            {fromCode && <Chip>{texts.fromCode}</Chip>}
            <MadeBy maker={madeBy} />
          </>
        ),
      },
      { key: 'since', title: texts.since, cell: ({ createdAt }) => <Time at={createdAt} /> },
      { key: 'used', title: texts.used, cell: ({ usedAt }) => <Time at={usedAt} /> },
      actColumn(({ id, current }) =>
        current ? (
          <Chip tone="good">{texts.here}</Chip>
        ) : (
          <Button size="small" onClick={() => end(id)}>
            {texts.end}
          </Button>
        ),
      ),
    ],
    [texts.where],
  );
}

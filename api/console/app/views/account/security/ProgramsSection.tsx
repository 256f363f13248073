import type { ProgramView } from '@star-graph/contract/users/programs';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { PageHead } from '@star-graph/ui/layout/Card.tsx';
import type { Column } from '@star-graph/ui/layout/Table.tsx';
import { defineTexts } from '@star-graph/ui/texts/defineTexts';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { Plug } from 'lucide';
import { useMemo } from 'preact/hooks';
import { RemovableTable } from '../../../data/ActTables.tsx';
import { MadeBy } from '../../../data/MadeBy.tsx';
import { usePages } from '../../../data/usePages.ts';
import { api } from '../../../session/session.ts';

const texts = defineTexts({
  title: { en: 'Connected apps', 'zh-CN': '已连接的应用' },
  intro: {
    en: 'Assistants you’ve given access. They act as you, within the limit you set.',
    'zh-CN': '您已授权的智能助手。它们以您的身份操作，并受您设定的限额约束。',
  },
  empty: { en: 'No connected apps', 'zh-CN': '没有已连接的应用' },
  emptyHint: {
    en: 'Give an assistant this server’s address followed by /mcp. It will ask for access here.',
    'zh-CN': '在智能助手中填写本平台地址加 /mcp，即可在此授权。',
  },
  name: { en: 'App', 'zh-CN': '应用' },
  selfDeclared: { en: 'Registered itself', 'zh-CN': '自行注册' },
  used: { en: 'Last used', 'zh-CN': '最近使用' },
  unused: { en: 'Never', 'zh-CN': '从未' },
  cap: { en: 'Daily limit', 'zh-CN': '每日限额' },
  noCap: { en: 'No limit', 'zh-CN': '不限' },
  since: { en: 'Connected', 'zh-CN': '授权时间' },
  remove: { en: 'Disconnect', 'zh-CN': '断开' },
  askTitle: { en: (name: string) => `Disconnect ${name}?`, 'zh-CN': (name: string) => `断开 ${name}？` },
  askWords: {
    en: 'It loses access immediately and has to ask you again.',
    'zh-CN': '它将立即失去访问权限，如需再次使用须重新授权。',
  },
});

/** Programs that came in by the person's word. */
export function ProgramsSection() {
  const pages = usePages((page, signal) => api.listPrograms({ query: page }, { signal }));
  return (
    <div class="account-stack">
      <PageHead isPart title={texts.title}>
        {texts.intro}
      </PageHead>
      <RemovableTable
        pages={pages}
        label={texts.title}
        columns={useProgramColumns()}
        empty={
          <EmptyState icon={Plug} title={texts.empty}>
            {texts.emptyHint}
          </EmptyState>
        }
        remove={({ id }) => api.deleteProgram({ params: { id } })}
        removeLabel={texts.remove}
        title={({ name }) => texts.askTitle(name)}
        words={() => texts.askWords}
      />
    </div>
  );
}

function useProgramColumns() {
  return useMemo(
    (): Column<ProgramView>[] => [
      {
        key: 'name',
        title: texts.name,
        cell: ({ name, host, madeBy }) => (
          <>
            <bdi class="account-strong">{name}</bdi>
            <div class="account-words">{host ?? texts.selfDeclared}</div>
            <MadeBy maker={madeBy} />
          </>
        ),
      },
      {
        key: 'cap',
        title: texts.cap,
        cell: ({ creditsPerDay }) =>
          creditsPerDay === undefined ? texts.noCap : <Stars amount={creditsPerDay} />,
      },
      {
        key: 'used',
        title: texts.used,
        cell: ({ usedAt }) => (usedAt ? <Time at={usedAt} /> : texts.unused),
      },
      {
        key: 'since',
        title: texts.since,
        wideOnly: true,
        cell: ({ createdAt }) => <Time at={createdAt} />,
      },
    ],
    [texts.name],
  );
}

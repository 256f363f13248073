import { ScrollText } from 'lucide';
import { useMemo, useState } from 'preact/hooks';
import type { AuditView as AuditRecord } from '../../../../../contract/admin/audit.ts';
import { EmptyState } from '../../../../../ui/feedback/EmptyState.tsx';
import { TextField } from '../../../../../ui/fields/TextField.tsx';
import { Facts, PageHead } from '../../../../../ui/layout/Card.tsx';
import type { Column } from '../../../../../ui/layout/Table.tsx';
import { Drawer } from '../../../../../ui/overlays/Drawer.tsx';
import { defineTexts } from '../../../../../ui/texts/defineTexts.ts';
import { formatExact } from '../../../../../ui/texts/formats.ts';
import { Time } from '../../../../../ui/texts/Time.tsx';
import { PageTable } from '../../../data/PageTable.tsx';
import { usePages } from '../../../data/usePages.ts';
import { api } from '../../../session/session.ts';

const texts = defineTexts({
  title: { en: 'Audit', 'zh-CN': '审计' },
  intro: {
    en: 'What administrators and moderators did, newest first',
    'zh-CN': '管理员与版主的操作，最新的在前',
  },
  target: {
    en: 'What it was done to, for instance user:… or backend:…',
    'zh-CN': '操作对象，例如 user:… 或 backend:…',
  },
  clear: { en: 'Show all', 'zh-CN': '显示全部' },
  action: { en: 'Action', 'zh-CN': '操作' },
  on: { en: 'On', 'zh-CN': '对象' },
  by: { en: 'By', 'zh-CN': '操作者' },
  when: { en: 'When', 'zh-CN': '时间' },
  system: { en: 'the platform', 'zh-CN': '平台' },
  empty: { en: 'Nothing was done yet', 'zh-CN': '还没有操作' },
});

/** The record of administrative acts, with what each changed. */
export function AuditView() {
  const [target, setTarget] = useState('');
  const [open, setOpen] = useState<AuditRecord>();
  const wanted = target.trim();
  const pages = usePages(
    (cursor, signal) =>
      api.adminListAudit(
        { query: { limit: 50, ...(cursor && { cursor }), ...(wanted && { target: wanted }) } },
        { signal },
      ),
    [wanted],
  );
  const columns = useMemo(
    (): Column<AuditRecord>[] => [
      { key: 'action', title: texts.action, cell: ({ action }) => action },
      { key: 'target', title: texts.on, cell: ({ target: on }) => <span dir="auto">{on}</span> },
      { key: 'by', title: texts.by, cell: ({ actorId }) => actorId ?? texts.system, wideOnly: true },
      { key: 'when', title: texts.when, cell: ({ createdAt }) => <Time at={createdAt} />, width: '16ch' },
    ],
    [texts.action],
  );
  return (
    <div class="admin-stack">
      <PageHead title={texts.title}>{texts.intro}</PageHead>
      <TextField
        label={texts.target}
        placeholder={texts.target}
        type="search"
        value={target}
        onChange={setTarget}
        clearLabel={texts.clear}
      />
      <PageTable
        auto
        pages={pages}
        label={texts.title}
        columns={columns}
        onOpen={setOpen}
        openKey={open?.id}
        empty={<EmptyState icon={ScrollText} title={texts.empty} />}
      />
      <Drawer open={open !== undefined} onClose={() => setOpen(undefined)} title={open?.action ?? ''}>
        {open && <AuditFacts record={open} />}
      </Drawer>
    </div>
  );
}

function AuditFacts({ record }: { record: AuditRecord }) {
  const data = Object.entries(record.data).map(
    ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
  );
  return (
    <Facts
      facts={[
        [texts.on, record.target],
        [texts.by, record.actorId ?? texts.system],
        [texts.when, formatExact(record.createdAt)],
        ...data,
      ]}
    />
  );
}

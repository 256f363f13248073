import type { AnnouncementView } from '@star-graph/contract/platform/announcements';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextArea } from '@star-graph/ui/fields/TextArea.tsx';
import { PageHead } from '@star-graph/ui/layout/Card.tsx';
import type { Column } from '@star-graph/ui/layout/Table.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { language } from '@star-graph/ui/texts/language';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { Megaphone, Plus } from 'lucide';
import { useMemo, useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { RemovableTable } from '../../data/ActTables.tsx';
import { PostForm } from '../../data/PostForm.tsx';
import { usePages } from '../../data/usePages.ts';
import { usePost } from '../../data/usePost.ts';
import { api } from '../../session/session.ts';
import { InstantField } from './InstantField.tsx';
import { problemsBelow } from './problemsBelow.ts';
import { texts } from './texts.ts';

/** What everybody is told, in both languages. */
export function AnnouncementsView() {
  // The palette leads here to announce something.
  const [isAdding, setAdding] = useState(useRoute().query.do === 'add');
  const pages = usePages((page, signal) => api.adminListAnnouncements({ query: page }, { signal }));
  return (
    <div class="admin-stack">
      <PageHead
        title={texts.title}
        actions={
          <Button look="primary" icon={Plus} onClick={() => setAdding(true)}>
            {texts.add}
          </Button>
        }
      >
        {texts.intro}
      </PageHead>
      <RemovableTable
        pages={pages}
        label={texts.title}
        columns={useColumns()}
        empty={<EmptyState icon={Megaphone} title={texts.empty} />}
        remove={({ id }) => api.adminDeleteAnnouncement({ params: { id } })}
        removeLabel={texts.withdraw}
        title={() => texts.withdrawTitle}
        words={({ message }) => message[language.value]}
      />
      <NewAnnouncement open={isAdding} onClose={() => setAdding(false)} onAdded={pages.reload} />
    </div>
  );
}

function useColumns() {
  return useMemo(
    (): Column<AnnouncementView>[] => [
      {
        key: 'message',
        title: texts.message,
        cell: ({ message }) => <span dir="auto">{message[language.value]}</span>,
      },
      { key: 'since', title: texts.since, wideOnly: true, cell: ({ createdAt }) => <Time at={createdAt} /> },
      {
        key: 'ends',
        title: texts.ends,
        cell: ({ expiresAt }) => {
          if (!expiresAt) return texts.never;
          return Date.parse(expiresAt) <= Date.now() ? texts.over : <Time at={expiresAt} />;
        },
      },
    ],
    [texts.message],
  );
}

interface Props {
  open: boolean;
  onClose(): void;
  onAdded(): void;
}

function NewAnnouncement({ open, onClose, onAdded }: Props) {
  const [en, setEn] = useState('');
  const [zh, setZh] = useState('');
  const [until, setUntil] = useState<string>();
  const posting = usePost(async () => {
    const message = { en, 'zh-CN': zh };
    await api.adminCreateAnnouncement({ body: { message, ...(until && { expiresAt: until }) } });
    showToast({ tone: 'good', text: texts.announced });
    setEn('');
    setZh('');
    setUntil(undefined);
    onAdded();
    onClose();
  });
  const problems = problemsBelow(posting.error, 'message');
  return (
    <Dialog open={open} onClose={onClose} title={texts.add} description={texts.addWords} persistent>
      <PostForm
        posting={posting}
        onSubmit={() => void posting.post()}
        submit={texts.announce}
        fields={['message']}
        wide
      >
        <Field label={texts.english} error={problems.en} required>
          <TextArea value={en} onChange={setEn} maxLength={1_000} />
        </Field>
        <Field label={texts.chinese} error={problems['zh-CN']} required>
          <TextArea value={zh} onChange={setZh} maxLength={1_000} />
        </Field>
        <InstantField label={texts.until} hint={texts.untilHint} value={until} onChange={setUntil} />
      </PostForm>
    </Dialog>
  );
}

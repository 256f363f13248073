import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextArea } from '@star-graph/ui/fields/TextArea.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { ConfirmDialog, Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { wildcardName } from '@star-graph/workflows/translation/wildcards';
import { Plus, Trash2 } from 'lucide';
import { useState } from 'preact/hooks';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { fieldProblems } from '../../../data/problemText.ts';
import { usePost } from '../../../data/usePost.ts';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { texts } from './texts.ts';

/** A list as it is being written. */
interface ListDraft {
  name: string;
  /** 0: it is new. */
  version: number;
  text: string;
}

/** Lists of words that prompts take lines of. */
export function WildcardsCard() {
  const lists = useResource(async (signal) => (await api.listWildcards({}, { signal })).items, []);
  const [draft, setDraft] = useState<ListDraft>();
  const open = usePost(async (name: string) => {
    const { version, lines } = await api.getWildcard({ params: { name } });
    setDraft({ name, version, text: lines.join('\n') });
  });
  return (
    <Card
      title={texts.wildcards}
      aside={
        <Button size="small" icon={Plus} onClick={() => setDraft({ name: '', version: 0, text: '' })}>
          {texts.newWildcard}
        </Button>
      }
    >
      <div class="admin-stack">
        <p class="admin-quiet">{texts.wildcardsHint}</p>
        {lists.state === 'failed' && <LoadFailure error={lists.error} onRetry={lists.reload} />}
        <div class="admin-row">
          {lists.value?.map(({ name, count }) => (
            <Button key={name} size="small" onClick={() => void open.post(name)}>
              {texts.wildcardOf(name, count)}
            </Button>
          ))}
        </div>
        <PostFailure error={open.error} />
      </div>
      {draft && (
        <WildcardDialog
          first={draft}
          onClose={() => setDraft(undefined)}
          onDone={() => {
            setDraft(undefined);
            lists.reload();
          }}
        />
      )}
    </Card>
  );
}

interface DialogProps {
  first: ListDraft;
  onClose(): void;
  onDone(): void;
}

function WildcardDialog({ first, onClose, onDone }: DialogProps) {
  const [draft, setDraft] = useState(first);
  const [isAsking, setAsking] = useState(false);
  const { name, version, text } = draft;
  const isNamed = wildcardName.test(name.trim());
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const save = usePost(async () => {
    await api.adminPutWildcard({ params: { name: name.trim() }, body: { version, lines } });
    onDone();
  });
  const remove = usePost(async () => {
    setAsking(false);
    await api.adminDeleteWildcard({ params: { name } });
    onDone();
  });
  const problems = fieldProblems(save.error);
  return (
    <>
      <Dialog
        open
        persistent
        onClose={onClose}
        title={version === 0 ? texts.newWildcard : `__${name}__`}
        footer={
          <>
            {version > 0 && (
              <Button icon={Trash2} busy={remove.isBusy} onClick={() => setAsking(true)}>
                {texts.deleteWildcard}
              </Button>
            )}
            <Button
              look="primary"
              busy={save.isBusy}
              disabled={!isNamed || lines.length === 0}
              onClick={() => void save.post()}
            >
              {texts.save}
            </Button>
          </>
        }
      >
        <div class="admin-stack">
          {version === 0 && (
            <Field
              label={texts.wildcardName}
              {...(name === '' || isNamed
                ? { hint: texts.wildcardNameHint }
                : { error: texts.wildcardNameHint })}
            >
              <TextField
                value={name}
                maxLength={40}
                onChange={(next) => setDraft({ ...draft, name: next })}
              />
            </Field>
          )}
          <Field label={texts.wildcardLines} error={problems.lines}>
            <TextArea value={text} onChange={(next) => setDraft({ ...draft, text: next })} />
          </Field>
          <PostFailure error={save.error} fields={['lines']} />
          <PostFailure error={remove.error} />
        </div>
      </Dialog>
      <ConfirmDialog
        open={isAsking}
        title={texts.deleteWildcardTitle}
        confirmLabel={texts.deleteWildcard}
        danger
        onClose={() => setAsking(false)}
        onConfirm={() => void remove.post()}
      >
        {texts.deleteWildcardHint}
      </ConfirmDialog>
    </>
  );
}

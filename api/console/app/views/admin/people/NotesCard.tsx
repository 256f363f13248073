import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextArea } from '@star-graph/ui/fields/TextArea.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { LoadMore } from '@star-graph/ui/layout/LoadMore.tsx';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { useRef, useState } from 'preact/hooks';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { PostForm } from '../../../data/PostForm.tsx';
import { fieldProblems } from '../../../data/problemText.ts';
import { usePages } from '../../../data/usePages.ts';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { texts } from './texts.ts';

/** What administrators and moderators wrote about a person, who never sees it. */
export function NotesCard({ id }: { id: string }) {
  const pages = usePages(
    (page, signal) => api.adminListNotes({ params: { id }, query: { ...page, limit: 20 } }, { signal }),
    [id],
  );
  const [text, setText] = useState('');
  // The same until it has been answered: pressing again after a lost answer adds one note.
  const key = useRef(crypto.randomUUID());
  const { change } = pages;
  const posting = usePost(async () => {
    const note = await api.adminAddNote({ params: { id }, body: { text, key: key.current } });
    key.current = crypto.randomUUID();
    setText('');
    change((items) => [note, ...items.filter((one) => one.id !== note.id)]);
  });
  return (
    <Card title={texts.notes}>
      {pages.state === 'failed' && <LoadFailure error={pages.error} onRetry={pages.loadMore} />}
      <ul class="admin-list">
        {pages.items.map((note) => (
          <li key={note.id} class="admin-written">
            <p class="admin-flat" dir="auto">
              {note.text}
            </p>
            <span class="admin-quiet">
              <bdi>{note.author ?? note.authorId}</bdi> · <Time at={note.createdAt} />
            </span>
          </li>
        ))}
      </ul>
      <LoadMore hasMore={pages.hasMore} busy={pages.state === 'loading'} onLoad={pages.loadMore} />
      <PostForm
        posting={posting}
        onSubmit={() => void posting.post()}
        submit={texts.addNote}
        look="secondary"
        fields={['text']}
      >
        <Field label={texts.note} hint={texts.noteHint} error={fieldProblems(posting.error).text}>
          <TextArea
            value={text}
            maxLength={2_000}
            minRows={2}
            onChange={(words) => {
              key.current = crypto.randomUUID();
              setText(words);
            }}
          />
        </Field>
      </PostForm>
    </Card>
  );
}

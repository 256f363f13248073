import { Button } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Popover } from '@star-graph/ui/overlays/Popover.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { Tag, X } from 'lucide';
import { useState } from 'preact/hooks';
import { usePost } from '../../data/usePost.ts';
import { useResource } from '../../data/useResource.ts';
import { api } from '../../session/session.ts';
import { inBatches, sayProblem } from './changes.ts';
import { texts } from './texts.ts';
import './tags.css';

/** A person's own words on one picture. */
export function TagsOf({ assetId }: { assetId: string }) {
  const own = useResource((signal) => api.listAssetTags({ params: { id: assetId } }, { signal }), [assetId]);
  const tags = own.value?.tags ?? [];
  const change = async (names: { add?: string[]; remove?: string[] }) => {
    await api.changeTags({ body: { ids: [assetId], ...names } });
    own.reload();
  };
  return (
    <section class="tags">
      <h2>{texts.tags}</h2>
      {tags.length > 0 && (
        <ul class="tags-list">
          {tags.map((name) => (
            <li key={name} class="tags-one">
              <a href={`/gallery?${new URLSearchParams({ tag: name })}`} dir="auto">
                {name}
              </a>
              <IconButton
                icon={X}
                size="small"
                label={texts.takeTag(name)}
                onClick={() => void change({ remove: [name] }).catch(sayProblem)}
              />
            </li>
          ))}
        </ul>
      )}
      <TagForm without={tags} onAdd={(name) => change({ add: [name] })} />
    </section>
  );
}

/** The same for all that is chosen. */
export function TagsButton({ ids }: { ids: readonly string[] }) {
  const add = async (name: string) => {
    const found = await inBatches(ids, ({ body }) => api.changeTags({ body: { ...body, add: [name] } }));
    showToast({ tone: 'good', text: texts.tagged(name, found.length) });
  };
  return (
    <Popover
      title={texts.addTag}
      placement="top-start"
      trigger={(attributes) => (
        <IconButton {...attributes} icon={Tag} label={texts.addTag} disabled={ids.length === 0} />
      )}
    >
      {(close) => <TagForm without={[]} onAdd={(name) => add(name).then(close)} />}
    </Popover>
  );
}

const mostOffered = 8;

interface TagFormProps {
  /** Those that are there already. */
  without: readonly string[];
  onAdd(name: string): Promise<void>;
}

/** A word to type, and those that the person has and that begin like it. */
function TagForm({ without, onAdd }: TagFormProps) {
  const [name, setName] = useState('');
  const known = useResource((signal) => api.listTags({}, { signal }), [without.length]);
  const { post, isBusy } = usePost(async (wanted: string) => {
    try {
      await onAdd(wanted);
      setName('');
    } catch (error) {
      sayProblem(error);
    }
  });
  const typed = name.trim().toLowerCase();
  const offered = (known.value?.tags ?? [])
    .filter((tag) => !without.includes(tag) && tag !== typed && tag.includes(typed))
    .slice(0, mostOffered);
  return (
    <form
      class="tags-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed !== '') void post(typed);
      }}
    >
      <div class="tags-line">
        <TextField
          label={texts.addTag}
          placeholder={texts.addTag}
          maxLength={50}
          value={name}
          onChange={setName}
        />
        <Button type="submit" busy={isBusy} disabled={typed === ''}>
          {texts.put}
        </Button>
      </div>
      {offered.length > 0 && (
        <div class="tags-list">
          {offered.map((tag) => (
            <Button key={tag} look="quiet" size="small" onClick={() => void post(tag)}>
              {tag}
            </Button>
          ))}
        </div>
      )}
    </form>
  );
}

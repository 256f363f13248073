import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { Popover } from '@star-graph/ui/overlays/Popover.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { Tag } from 'lucide';
import { useResource } from '../../data/useResource.ts';
import { api } from '../../session/session.ts';
import { inBatches, sayProblem } from './changes.ts';
import { texts } from './texts.ts';
import { WordForm, WordList } from './Words.tsx';

/** A person's own words on one picture. */
export function TagsOf({ assetId }: { assetId: string }) {
  const own = useResource((signal) => api.listAssetTags({ params: { id: assetId } }, { signal }), [assetId]);
  const tags = own.value?.tags ?? [];
  const change = async (names: { add?: string[]; remove?: string[] }) => {
    await api.changeTags({ body: { ids: [assetId], ...names } });
    own.reload();
  };
  return (
    <section class="words">
      <h2>{texts.tags}</h2>
      <WordList
        words={tags}
        hrefOf={(tag) => `/gallery?${new URLSearchParams({ tag })}`}
        nameRemoval={texts.takeTag}
        onRemove={(tag) => void change({ remove: [tag] }).catch(sayProblem)}
      />
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

interface TagFormProps {
  /** Those that are there already. */
  without: readonly string[];
  onAdd(name: string): Promise<void>;
}

function TagForm({ without, onAdd }: TagFormProps) {
  const known = useResource((signal) => api.listTags({}, { signal }), [without.length]);
  return (
    <WordForm
      label={texts.addTag}
      action={texts.put}
      maxLength={50}
      without={without}
      known={known.value?.tags ?? []}
      onAdd={(name) => onAdd(name.toLowerCase())}
    />
  );
}

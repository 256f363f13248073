import type { ApiKeyView } from '@star-graph/contract/users/apiKeys';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { PageHead } from '@star-graph/ui/layout/Card.tsx';
import type { Column } from '@star-graph/ui/layout/Table.tsx';
import { Plus } from 'lucide';
import { useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { api } from '../../../session/session.ts';
import { KeyList } from '../../account/developers/KeyList.tsx';
import { NewServiceKey } from './NewServiceKey.tsx';
import { ShardNote } from './ShardNote.tsx';
import { texts } from './texts.ts';

/** Keys of programs that act for people. */
export function ServiceKeysView() {
  // The palette leads here to make one.
  const [isAdding, setAdding] = useState(useRoute().query.do === 'add');
  return (
    <div class="admin-stack">
      <PageHead
        title={texts.title}
        actions={
          <Button look="primary" icon={Plus} onClick={() => setAdding(true)}>
            {texts.make}
          </Button>
        }
      >
        {texts.intro}
      </PageHead>
      <KeyList
        label={texts.title}
        empty={texts.empty}
        secretHint={() => texts.secretHint}
        load={(query, signal) => api.adminListServiceKeys({ query }, { signal })}
        remove={(id) => api.adminDeleteServiceKey({ params: { id } })}
        form={(props) => <NewServiceKey {...props} open={isAdding} onClose={() => setAdding(false)} />}
        note={({ shards }) => shards && <ShardNote shards={shards} />}
        column={networksColumn()}
      />
    </div>
  );
}

const networksColumn = (): Column<ApiKeyView> => ({
  key: 'networks',
  title: texts.networks,
  wideOnly: true,
  cell: ({ networks, signed, people }) => (
    <span class="admin-row">
      {networks?.join(', ') ?? texts.everywhere}
      {signed && <Chip>{texts.signs}</Chip>}
      {people && <Chip>{texts.peopleOf(people.of)}</Chip>}
    </span>
  ),
});

import type { ApiKeyView } from '@star-graph/contract/users/apiKeys';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { PageHead } from '@star-graph/ui/layout/Card.tsx';
import type { Column } from '@star-graph/ui/layout/Table.tsx';
import { api } from '../../../session/session.ts';
import { KeyList } from './KeyList.tsx';
import { NewKeyForm } from './NewKeyForm.tsx';
import { texts } from './texts.ts';

/** Keys for the person's own programs. Beside all else that has a way in, none is made. */
export const KeysSection = ({ makesNone = false }: { makesNone?: boolean }) => (
  <div class="account-stack">
    <PageHead isPart title={texts.title}>
      {texts.intro}
    </PageHead>
    <KeyList
      label={texts.title}
      empty={texts.empty}
      secretHint={({ scopes }) => (isForDoor(scopes) ? texts.doorSecretHint : texts.secretHint)}
      load={(query, signal) => api.listApiKeys({ query }, { signal })}
      remove={(id) => api.deleteApiKey({ params: { id } })}
      form={makesNone ? undefined : (props) => <NewKeyForm {...props} />}
      column={capColumn()}
    />
  </div>
);

/** Such a key may stand in an address. */
const isForDoor = (scopes: ApiKeyView['scopes']): boolean =>
  scopes !== undefined && ['sdapi', 'graph'].includes(scopes.join());

const capColumn = (): Column<ApiKeyView> => ({
  key: 'cap',
  title: texts.capShort,
  cell: ({ creditsPerDay }) => (creditsPerDay === undefined ? texts.noCap : <Stars amount={creditsPerDay} />),
});

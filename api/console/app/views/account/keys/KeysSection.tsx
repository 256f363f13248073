import type { ApiKeyView } from '../../../../../contract/users/apiKeys.ts';
import { PageHead } from '../../../../../ui/layout/Card.tsx';
import type { Column } from '../../../../../ui/layout/Table.tsx';
import { Time } from '../../../../../ui/texts/Time.tsx';
import { api } from '../../../session/session.ts';
import { KeyList } from './KeyList.tsx';
import { NewKeyForm } from './NewKeyForm.tsx';
import { texts } from './texts.ts';

/** Keys for the person's own programs. */
export const KeysSection = () => (
  <div class="account-stack">
    <PageHead title={texts.title}>{texts.intro}</PageHead>
    <KeyList
      label={texts.title}
      empty={texts.empty}
      secretHint={texts.secretHint}
      load={(query, signal) => api.listApiKeys({ query }, { signal })}
      remove={(id) => api.deleteApiKey({ params: { id } })}
      Form={NewKeyForm}
      column={madeColumn()}
    />
  </div>
);

const madeColumn = (): Column<ApiKeyView> => ({
  key: 'made',
  title: texts.made,
  wideOnly: true,
  cell: ({ createdAt }) => <Time at={createdAt} />,
});

import type { SignInTryView } from '@star-graph/contract/auth/sessions';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { PageHead } from '@star-graph/ui/layout/Card.tsx';
import type { Column } from '@star-graph/ui/layout/Table.tsx';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { nameBrowser } from '@star-graph/workflows/shared/nameBrowser';
import { useMemo } from 'preact/hooks';
import { PageTable } from '../../../data/PageTable.tsx';
import { usePages } from '../../../data/usePages.ts';
import { api } from '../../../session/session.ts';
import { texts } from './texts.ts';

/** Who signed in lately, or tried to. */
export function SignIns() {
  const pages = usePages((page, signal) => api.listSignIns({ query: { ...page, limit: 10 } }, { signal }));
  return (
    <div class="account-stack">
      <PageHead isPart title={texts.signIns}>
        {texts.signInsWords}
      </PageHead>
      <PageTable
        pages={pages}
        label={texts.signIns}
        columns={useSignInColumns()}
        empty={<p class="account-words">{texts.noSignIns}</p>}
      />
    </div>
  );
}

function useSignInColumns() {
  return useMemo(
    (): Column<SignInTryView>[] => [
      {
        key: 'device',
        title: texts.device,
        cell: ({ userAgent, succeeded }) => (
          <>
            <span title={userAgent}>{nameBrowser(userAgent) ?? (userAgent || texts.aProgram)}</span>{' '}
            {!succeeded && <Chip tone="bad">{texts.failed}</Chip>}
          </>
        ),
      },
      { key: 'address', title: texts.address, cell: ({ address }) => <bdi>{address}</bdi> },
      { key: 'at', title: texts.at, cell: ({ at }) => <Time at={at} /> },
    ],
    [texts.device],
  );
}

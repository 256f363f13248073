import type { SigningKeysView as PurposeKeys } from '@star-graph/contract/platform/keys';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { PageHead } from '@star-graph/ui/layout/Card.tsx';
import { useCallback } from 'preact/hooks';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { useResource } from '../../../data/useResource.ts';
import { useTimer } from '../../../data/useTimer.ts';
import { api } from '../../../session/session.ts';
import { DataKeysCard } from './DataKeysCard.tsx';
import { PurposeCard } from './PurposeCard.tsx';
import { texts } from './signingTexts.ts';

/** A new key signs after ten seconds, which one wants to see. */
const refreshMs = 5_000;

/** The platform's own keys, never their secrets. */
export function SigningKeysView() {
  const keys = useResource((signal) => api.adminListKeys({}, { signal }), []);
  const { value, put, reload } = keys;
  useTimer(reload, refreshMs);
  const putPurpose = useCallback(
    (changed: PurposeKeys) => {
      if (value)
        put({
          ...value,
          signing: value.signing.map((one) => (one.purpose === changed.purpose ? changed : one)),
        });
    },
    [value, put],
  );
  return (
    <div class="admin-stack">
      <PageHead title={texts.title}>{texts.intro}</PageHead>
      {keys.state === 'failed' && <LoadFailure error={keys.error} onRetry={reload} />}
      {keys.state === 'loading' && <Skeleton height="320px" />}
      {value?.signing.map((one) => (
        <PurposeCard key={one.purpose} keys={one} onChanged={putPurpose} onStale={reload} />
      ))}
      {value && <DataKeysCard data={value.data} onChanged={reload} />}
    </div>
  );
}

import { operations } from '@star-graph/client/operations.generated';
import { sendRequest } from '@star-graph/client/request';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { formatNumber } from '@star-graph/ui/texts/formats';
import { useState } from 'preact/hooks';
import { PostFailure } from '../../data/PostFailure.tsx';
import { saveBlob } from '../../data/saveBlob.ts';
import { usePost } from '../../data/usePost.ts';
import { api } from '../../session/session.ts';
import { texts } from './auditTexts.ts';

interface Checked {
  records: number;
  unsealed: number;
  faults: Awaited<ReturnType<typeof api.adminCheckAudit>>['faults'];
  isComplete: boolean;
}

interface Props {
  from: string | undefined;
  to: string | undefined;
  /** An export is an act, and stands in the list. */
  onExported(): void;
}

/** A copy of the audit with its seals, and whether the seals hold. */
export function AuditTools({ from, to, onExported }: Props) {
  const [checked, setChecked] = useState<Checked>();
  const save = usePost(async () => {
    await saveAudit({ ...(from && { from }), ...(to && { to }) });
    onExported();
  });
  const check = usePost(() => checkAll(setChecked));
  return (
    <div class="admin-form">
      <div class="admin-row">
        <Button busy={save.isBusy} title={texts.saveHint} onClick={() => void save.post()}>
          {texts.save}
        </Button>
        <Button busy={check.isBusy} onClick={() => void check.post()}>
          {texts.check}
        </Button>
      </div>
      <PostFailure error={save.error ?? check.error} />
      {checked && <Result checked={checked} />}
    </div>
  );
}

function Result({ checked: { records, unsealed, faults, isComplete } }: { checked: Checked }) {
  if (faults.length === 0)
    return (
      <p class="admin-note" data-tone={isComplete ? 'good' : undefined} role="status">
        {isComplete ? texts.sound(formatNumber(records)) : texts.checking(formatNumber(records))}
        {isComplete && unsealed > 0 && ` ${texts.unsealed(formatNumber(unsealed))}`}
      </p>
    );
  return (
    <div class="admin-note" data-tone="bad" role="alert">
      <b>{texts.faults(faults.length)}</b>
      <ul class="admin-changes">
        {faults.map(({ kind, seq, auditId }) => (
          <li key={`${kind} ${seq}`}>
            {texts[kind]}: {seq} {auditId}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The answer comes in parts, each from where the last one ended. */
async function checkAll(tell: (checked: Checked) => void): Promise<void> {
  const faults: Checked['faults'] = [];
  let after = 0;
  for (;;) {
    const part = await api.adminCheckAudit({ query: { after } });
    faults.push(...part.faults);
    tell({
      records: part.checkedTo,
      unsealed: part.unsealed,
      faults: [...faults],
      isComplete: part.complete,
    });
    if (part.complete) return;
    after = part.checkedTo;
  }
}

/** A link could not: the request needs the session. @throws what the server refused */
async function saveAudit(query: Record<string, string>): Promise<void> {
  const path = `${operations.adminExportAudit.path}?${new URLSearchParams(query)}`;
  const answer = await sendRequest(api.deps, { method: 'GET', path, isRepeatable: false });
  saveBlob(await answer.blob(), 'star-graph-audit.ndjson');
}

import type { AuditView as AuditRecord } from '@star-graph/contract/admin/audit';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Facts } from '@star-graph/ui/layout/Card.tsx';
import { formatExact } from '@star-graph/ui/texts/formats';
import { PersonName } from '../people/PersonName.tsx';
import { texts } from './texts.ts';

interface Props {
  record: AuditRecord;
  onNarrow(filter: { target: string } | { actorId: string }): void;
}

/** One act, and the ways to all others like it. */
export function AuditFacts({ record, onNarrow }: Props) {
  const { actorId, action, target } = record;
  const data = Object.entries(record.data).map(
    ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
  );
  return (
    <div class="admin-stack">
      <Facts
        facts={[
          [texts.action, action],
          [texts.on, target],
          [texts.by, actorId ? <PersonName key="by" id={actorId} /> : texts.system],
          [texts.when, formatExact(record.createdAt)],
          ...data,
        ]}
      />
      <div class="admin-row">
        <Button onClick={() => onNarrow({ target })}>{texts.allOf}</Button>
        {actorId && <Button onClick={() => onNarrow({ actorId })}>{texts.allBy}</Button>}
      </div>
    </div>
  );
}

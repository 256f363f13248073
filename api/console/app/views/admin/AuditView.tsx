import type { AuditView as AuditRecord } from '@star-graph/contract/admin/audit';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Combobox } from '@star-graph/ui/fields/Combobox.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Facts, PageHead } from '@star-graph/ui/layout/Card.tsx';
import type { Column } from '@star-graph/ui/layout/Table.tsx';
import { formatExact } from '@star-graph/ui/texts/formats';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { type AuditAction, auditActions } from '@star-graph/workflows/shared/auditActions';
import { ListFilter, ScrollText, Search } from 'lucide';
import { useMemo, useState } from 'preact/hooks';
import { useRoute } from 'preact-iso';
import { OpenableTable } from '../../data/ActTables.tsx';
import { usePages } from '../../data/usePages.ts';
import { api } from '../../session/session.ts';
import { AuditTools } from './AuditTools.tsx';
import { nameAct } from './actTexts.ts';
import { texts } from './auditTexts.ts';
import { InstantField } from './InstantField.tsx';
import { PersonName } from './people/PersonName.tsx';
import { PersonPicker } from './people/PersonPicker.tsx';
import { listFacts, nameTarget, sayAct } from './sayAct.ts';

interface Filter {
  target: string;
  actorId: string | undefined;
  action: AuditAction | undefined;
  from: string | undefined;
  to: string | undefined;
}

/** The record of administrative acts, with what each changed. */
export function AuditView() {
  const asked = useRoute().query.target ?? '';
  const [filter, setFilter] = useState<Filter>({
    target: asked,
    actorId: undefined,
    action: undefined,
    from: undefined,
    to: undefined,
  });
  const { actorId, action, from, to } = filter;
  const target = filter.target.trim();
  const pages = usePages(
    (page, signal) => {
      const narrow = {
        ...(target && { target }),
        ...(actorId && { actorId }),
        ...(action && { action }),
        ...(from && { from }),
        ...(to && { to }),
      };
      return api.adminListAudit({ query: { ...page, ...narrow } }, { signal });
    },
    [target, actorId, action, from, to],
  );
  const columns = useAuditColumns();
  const isNarrowed = target !== '' || [actorId, action, from, to].some((one) => one !== undefined);
  const narrow = (change: Partial<Filter>) => setFilter((last) => ({ ...last, ...change }));
  return (
    <div class="admin-stack">
      <PageHead title={texts.title}>{texts.intro}</PageHead>
      <AuditTools from={from} to={to} onExported={pages.reload} />
      <AuditFilters filter={filter} onNarrow={narrow} />
      <OpenableTable
        auto
        pages={pages}
        label={texts.title}
        columns={columns}
        empty={
          <EmptyState icon={ScrollText} title={isNarrowed ? texts.noneSo : texts.empty}>
            {isNarrowed && texts.noneSoWords}
          </EmptyState>
        }
        title={({ action }) => nameAct(action)}
      >
        {(record, close) => (
          <AuditFacts
            record={record}
            onNarrow={(change) => {
              narrow(change);
              close();
            }}
          />
        )}
      </OpenableTable>
    </div>
  );
}

function AuditFilters({ filter, onNarrow }: { filter: Filter; onNarrow: (change: Partial<Filter>) => void }) {
  // Folded, on a phone: there they fill the screen, and the list is what one comes for.
  const [isOpen, setOpen] = useState(false);
  const count = Object.values(filter).filter(Boolean).length;
  const acts = useMemo(
    () => auditActions.map((value) => ({ value, label: nameAct(value), description: value })),
    [texts.action],
  );
  return (
    <>
      <Button
        class="audit-filters-open"
        icon={ListFilter}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        {count === 0 ? texts.filters : texts.filtersOn(count)}
      </Button>
      <div class="admin-narrow audit-filters" data-open={isOpen || undefined}>
        <Field label={texts.byPerson}>
          <PersonPicker
            placeholder={texts.anybody}
            value={filter.actorId}
            onChange={(actorId) => onNarrow({ actorId })}
          />
        </Field>
        <Field label={texts.action}>
          <Combobox
            placeholder={texts.anything}
            options={acts}
            value={filter.action}
            onChange={(action) => onNarrow({ action })}
          />
        </Field>
        <Field label={texts.target}>
          <TextField
            placeholder="user:…"
            type="search"
            icon={Search}
            value={filter.target}
            onChange={(target) => onNarrow({ target })}
            clearLabel={texts.clear}
          />
        </Field>
        <InstantField label={texts.from} value={filter.from} onChange={(from) => onNarrow({ from })} />
        <InstantField label={texts.to} value={filter.to} onChange={(to) => onNarrow({ to })} />
      </div>
    </>
  );
}

function useAuditColumns() {
  return useMemo(
    (): Column<AuditRecord>[] => [
      { key: 'action', title: texts.action, cell: ({ action }) => nameAct(action), width: '24ch' },
      { key: 'target', title: texts.on, cell: (record) => <AuditTarget record={record} /> },
      {
        key: 'what',
        title: texts.what,
        wideOnly: true,
        cell: (record) => <span dir="auto">{sayAct(record)}</span>,
      },
      {
        key: 'by',
        title: texts.by,
        cell: ({ actorId }) => (actorId ? <PersonName id={actorId} /> : texts.system),
      },
      { key: 'when', title: texts.when, cell: ({ createdAt }) => <Time at={createdAt} />, width: '16ch' },
    ],
    [texts.action],
  );
}

/** A person by name, all else as it is called. */
function AuditTarget({ record }: { record: AuditRecord }) {
  const person = /^user:([0-9a-f-]{36})$/.exec(record.target)?.[1];
  if (person !== undefined) return <PersonName id={person} />;
  return (
    <span dir="auto" title={record.target}>
      {nameTarget(record)}
    </span>
  );
}

interface Props {
  record: AuditRecord;
  onNarrow(filter: { target: string } | { actorId: string }): void;
}

/** One act, and the ways to all others like it. */
function AuditFacts({ record, onNarrow }: Props) {
  const { actorId, action, target } = record;
  return (
    <div class="admin-stack">
      <Facts
        facts={[
          [texts.action, action],
          [texts.on, target],
          [texts.by, actorId ? <PersonName key="by" id={actorId} /> : texts.system],
          [texts.when, formatExact(record.createdAt)],
          ...listFacts(record.data),
        ]}
      />
      <div class="admin-row">
        <Button onClick={() => onNarrow({ target })}>{texts.allOf}</Button>
        {actorId && <Button onClick={() => onNarrow({ actorId })}>{texts.allBy}</Button>}
      </div>
    </div>
  );
}

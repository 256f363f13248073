import type { ExaminationView, LackedModelView } from '@star-graph/contract/admin/backends';
import type { FetchListView } from '@star-graph/contract/admin/poolAgents';
import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Checkbox } from '@star-graph/ui/controls/Checkbox.tsx';
import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { Progress } from '@star-graph/ui/feedback/Progress.tsx';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { Select } from '@star-graph/ui/fields/Select.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { formatBytes } from '@star-graph/ui/texts/formats';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { nameWorkflow } from '../../../data/catalogue.ts';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { usePost } from '../../../data/usePost.ts';
import { useResource } from '../../../data/useResource.ts';
import { useTimer } from '../../../data/useTimer.ts';
import { api } from '../../../session/session.ts';
import { LeaveButton } from './LeaveButton.tsx';
import { PageFiles } from './PageFiles.tsx';
import type { ServerProps } from './serverProps.ts';
import { texts } from './texts.ts';

type Item = FetchListView['items'][number];

interface Wanted extends LackedModelView {
  key: string;
  workflows: string[];
}

const refreshMs = 2_000;

/** What the workflows want of model files here, and what its machine fetches. */
export function ModelFiles({ server: { id }, onDone }: Pick<ServerProps, 'server'> & { onDone(): void }) {
  const list = useResource((signal) => api.adminListModelFetches({ params: { id } }, { signal }), [id]);
  useTimer(list.reload, refreshMs);
  const { agent, items = [] } = list.value ?? {};
  return (
    <Card title={texts.files} aside={<LeaveButton onLeave={onDone} />}>
      <div class="admin-stack">
        {list.state === 'failed' && <LoadFailure error={list.error} onRetry={list.reload} />}
        {list.state === 'loading' && <Skeleton height="80px" />}
        {list.value && !agent && <p class="admin-note">{texts.noAgent}</p>}
        {items.map((item) => (
          <FetchLine key={item.id} serverId={id} item={item} onChanged={list.reload} />
        ))}
        {agent && <WantedFiles serverId={id} items={items} onOrdered={list.put} />}
        {agent && <PageFiles serverId={id} onOrdered={list.put} />}
      </div>
    </Card>
  );
}

const stateWords = {
  waiting: 'fetchWaiting',
  running: 'fetchRunning',
  done: 'fetchDone',
  failed: 'fetchFailed',
  cancelled: 'fetchCancelled',
} as const;
const soldWords = { yes: 'soldYes', no: 'soldNo', unknown: 'soldUnknown' } as const;
const tones = {
  waiting: 'plain',
  running: 'accent',
  done: 'good',
  failed: 'bad',
  cancelled: 'plain',
} as const;

function FetchLine({ serverId, item, onChanged }: { serverId: string; item: Item; onChanged(): void }) {
  const { id: fetchId, folder, name, state, bytes, bytesDone, fault } = item;
  const { post, isBusy, error } = usePost(
    useCallback(async () => {
      await api.adminCancelModelFetch({ params: { id: serverId, fetchId } });
      onChanged();
    }, [serverId, fetchId, onChanged]),
  );
  const isOpen = state === 'waiting' || state === 'running';
  return (
    <div class="admin-lines">
      <div class="admin-row">
        <Chip tone={tones[state]}>{texts[stateWords[state]]}</Chip>
        <span class="admin-address">
          {folder}/{name}
        </span>
        <span class="admin-quiet-words">
          {bytes === undefined
            ? formatBytes(bytesDone)
            : isOpen
              ? texts.ofBytes(formatBytes(bytesDone), formatBytes(bytes))
              : formatBytes(bytes)}
        </span>
        {isOpen && (
          <Button size="small" busy={isBusy} onClick={() => void post()}>
            {texts.callOff}
          </Button>
        )}
      </div>
      {state === 'running' && (
        <Progress label={name} value={bytes === undefined ? undefined : bytesDone} max={bytes ?? 1} />
      )}
      {fault !== undefined && (
        <p class="admin-quiet" dir="auto">
          {fault}
        </p>
      )}
      <PostFailure error={error} />
    </div>
  );
}

interface WantedProps {
  serverId: string;
  items: readonly Item[];
  onOrdered(list: FetchListView): void;
}

const allWorkflows = '*';

/** Each address is in view before anything is fetched from it. */
function WantedFiles({ serverId, items, onOrdered }: WantedProps) {
  const [found, setFound] = useState<ExaminationView>();
  const [workflow, setWorkflow] = useState(allWorkflows);
  const [addresses, setAddresses] = useState<Record<string, string>>({});
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const looking = usePost(
    useCallback(
      async () => setFound(await api.adminExamineBackend({ params: { id: serverId } })),
      [serverId],
    ),
  );
  const { post: look } = looking;
  useEffect(() => void look(), [look]);
  const lacks = listWanted(found, items);
  const shown = lacks.filter(({ workflows }) => workflow === allWorkflows || workflows.includes(workflow));
  const addressOf = ({ key, proposedUrl = '' }: Wanted) => (addresses[key] ?? proposedUrl).trim();
  const chosen = shown.filter((file) => !left.has(file.key) && addressOf(file) !== '');
  const ordering = usePost(async () => {
    onOrdered(
      await api.adminFetchModels({
        params: { id: serverId },
        body: {
          files: chosen.map((file) => ({
            folder: file.folder as 'vae',
            name: file.name,
            url: addressOf(file),
            ...(file.bytes !== undefined && { bytes: file.bytes }),
          })),
        },
      }),
    );
  });
  if (!found) return looking.isBusy ? <Skeleton height="80px" /> : <PostFailure error={looking.error} />;
  if (found.fault !== undefined) return <p class="admin-note">{found.fault}</p>;
  if (lacks.length === 0) return <p class="admin-quiet">{texts.hasAll}</p>;
  const names = [...new Set(lacks.flatMap(({ workflows }) => workflows))].sort();
  return (
    <>
      <Field label={texts.filesFor}>
        <Select
          options={[
            { value: allWorkflows, label: texts.allWorkflows },
            ...names.map((value) => ({ value, label: nameWorkflow(value) })),
          ]}
          value={workflow}
          onChange={setWorkflow}
        />
      </Field>
      <p class="admin-quiet">{texts.addressWords}</p>
      {shown.map((file) => (
        <div key={file.key} class="admin-lines">
          <Checkbox
            label={<span class="admin-address">{file.key}</span>}
            hint={describeFile(file)}
            checked={chosen.includes(file)}
            disabled={addressOf(file) === ''}
            onChange={(isChosen) => setLeft((last) => toggled(last, file.key, !isChosen))}
          />
          <TextField
            type="url"
            label={texts.addressOf(file.name)}
            placeholder="https://"
            value={addresses[file.key] ?? file.proposedUrl ?? ''}
            onChange={(url) => setAddresses((last) => ({ ...last, [file.key]: url }))}
          />
        </div>
      ))}
      <PostFailure error={ordering.error} />
      <div class="admin-row">
        <Button
          look="primary"
          busy={ordering.isBusy}
          disabled={chosen.length === 0}
          onClick={() => void ordering.post()}
        >
          {texts.fetchFiles(
            chosen.length,
            formatBytes(chosen.reduce((sum, { bytes = 0 }) => sum + bytes, 0)),
          )}
        </Button>
      </div>
    </>
  );
}

/** What is lacking, without what is on its way. */
function listWanted(found: ExaminationView | undefined, items: readonly Item[]): Wanted[] {
  const coming = items.filter(({ state }) => state === 'waiting' || state === 'running' || state === 'done');
  return (found?.lacks ?? []).flatMap(({ model, workflows }) => {
    if (!model || coming.some(({ folder, name }) => folder === model.folder && name === model.name))
      return [];
    return [{ ...model, workflows, key: `${model.folder}/${model.name}` }];
  });
}

function describeFile({ bytes, licence, publishedAs }: Wanted): string {
  const sold = licence && texts[soldWords[licence.mayBeSold]];
  return [
    bytes === undefined ? texts.unknownSize : formatBytes(bytes),
    licence ? `${licence.name} (${sold})` : texts.unknownLicence,
    ...(publishedAs === undefined ? [] : [publishedAs]),
  ].join(' · ');
}

function toggled(last: ReadonlySet<string>, key: string, isIn: boolean): ReadonlySet<string> {
  const next = new Set(last);
  if (isIn) next.add(key);
  else next.delete(key);
  return next;
}

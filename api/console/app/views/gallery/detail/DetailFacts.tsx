import type { AssetView } from '@star-graph/contract/assets/assets';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { LinkButton } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { Facts } from '@star-graph/ui/layout/Card.tsx';
import { LoadMore } from '@star-graph/ui/layout/LoadMore.tsx';
import { KindMark } from '@star-graph/ui/pictures/KindMark.tsx';
import { formatBytes, formatDuration } from '@star-graph/ui/texts/formats';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { findEnding, isSeen, type MediaKind, mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import {
  Clapperboard,
  Copy,
  ImageUpscale,
  Paintbrush,
  RotateCcw,
  SlidersHorizontal,
  WandSparkles,
} from 'lucide';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { loadModels, nameWorkflow, titleModel, workflows } from '../../../data/catalogue.ts';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { hasForm, ownGraphName } from '../../../data/ownGraph.ts';
import { PublishCard } from '../../explore/PublishCard.tsx';
import { copyText } from '../copyText.ts';
import { TagsOf } from '../TagFields.tsx';
import { Parameters } from './Parameters.tsx';
import { texts } from './texts.ts';
import { type Making, type OpenedAsset, useChildren } from './useDetail.ts';

const icons = { vary: WandSparkles, upscale: ImageUpscale, edit: Paintbrush, animate: Clapperboard };

interface DetailFactsProps {
  asset: OpenedAsset;
  making: Making | undefined;
  hrefOf(id: string): string;
}

/** What is known of a picture, and what can be made of it. */
export function DetailFacts({ asset, making, hrefOf }: DetailFactsProps) {
  useEffect(() => {
    // The file's name does until then, and the next picture asks again.
    loadModels().catch(() => {});
  }, []);
  const children = useChildren(asset.id);
  const task = making?.task;
  const full = task?.params.prompt;
  const said = making?.said?.program === 'Star-Graph' ? undefined : making?.said;
  const prompt = textOf(full) ?? asset.task?.prompt ?? textOf(said?.params.prompt);
  const createdAt = asset.createdAt ?? task?.finishedAt;
  const workflow = task?.workflow.name ?? asset.task?.workflow.name;
  return (
    <>
      <Ways
        asset={asset}
        taskId={hasForm(workflow) ? (task?.id ?? asset.task?.id) : undefined}
        hasSettings={said !== undefined}
      />
      {prompt && (
        <Prompt prompt={prompt} title={workflow === ownGraphName ? texts.graphTexts : texts.prompt} />
      )}
      {making && making.parents.length > 0 && (
        <Family title={texts.from} label={texts.openParent} members={making.parents} hrefOf={hrefOf} />
      )}
      {(children.items.length > 0 || children.state === 'failed') && (
        <Family title={texts.children} label={texts.openChild} members={children.items} hrefOf={hrefOf}>
          <LoadMore
            hasMore={children.hasMore && children.state !== 'failed'}
            busy={children.state === 'loading'}
            onLoad={children.loadMore}
          />
          {children.state === 'failed' && <LoadFailure error={children.error} onRetry={children.loadMore} />}
        </Family>
      )}
      {asset.kind === 'output' && isSeen(asset.media) && (
        <PublishCard key={`publish-${asset.id}`} assetId={asset.id} />
      )}
      <TagsOf key={asset.id} assetId={asset.id} />
      <Facts
        facts={[
          [texts.workflow, workflow && nameWorkflow(workflow)],
          [texts.program, said?.program],
          [texts.model, titleModel(asset.task?.model ?? textOf(task?.params.model ?? said?.params.model))],
          [texts.size, asset.width > 0 && `${asset.width} × ${asset.height}`],
          [texts.length, asset.durationMs !== undefined && formatDuration(asset.durationMs / 1000)],
          [texts.file, `${(findEnding(asset.mime) ?? '').toUpperCase()} · ${formatBytes(asset.bytes)}`],
          [texts.made, createdAt && <Time at={createdAt} />],
          [texts.cost, task && <Cost task={task} />],
        ].flatMap(([name, value]) => (value === false ? [] : [[name, value] as const as [string, never]]))}
      />
      {task && <Parameters task={task} />}
    </>
  );
}

/** Of all that the task made: the price of one of four would be a guess. */
const Cost = ({ task: { charged, cost, outputs } }: { task: TaskView }) => (
  <>
    <Stars amount={charged ?? cost} />
    {outputs.length > 1 && ` ${texts.costOf(outputs.length)}`}
  </>
);

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

interface WaysProps {
  asset: OpenedAsset;
  taskId: string | undefined;
  /** Its file says how another program made it. */
  hasSettings: boolean;
}

function Ways({ asset, taskId, hasSettings }: WaysProps) {
  const ways = findFurtherWays(workflows.value ?? [], asset.media);
  return (
    <div class="detail-ways">
      {taskId !== undefined && (
        <LinkButton icon={RotateCcw} href={`/create?from=${taskId}`}>
          {texts.again}
        </LinkButton>
      )}
      {hasSettings && (
        <LinkButton icon={SlidersHorizontal} href={`/create?settings=${asset.id}`}>
          {texts.useSettings}
        </LinkButton>
      )}
      {(Object.keys(icons) as FurtherWay[]).map((way) => {
        const workflow = ways[way];
        if (workflow === undefined) return null;
        return (
          <LinkButton
            key={way}
            icon={icons[way]}
            href={`/create/${encodeURIComponent(workflow)}?input=${asset.id}`}
          >
            {texts[way]}
          </LinkButton>
        );
      })}
    </div>
  );
}

function Prompt({ prompt, title }: { prompt: string; title: string }) {
  return (
    <section class="detail-prompt">
      <h2>{title}</h2>
      <IconButton
        icon={Copy}
        size="small"
        label={texts.copy}
        onClick={() => copyText(prompt, texts.copied)}
      />
      <p dir="auto">{prompt}</p>
    </section>
  );
}

interface FamilyProps {
  title: string;
  label: string;
  members: readonly AssetView[];
  hrefOf(id: string): string;
  children?: ComponentChildren;
}

function Family({ title, label, members, hrefOf, children }: FamilyProps) {
  return (
    <section class="detail-family">
      <h2>{title}</h2>
      <div class="detail-relatives">
        {members.map((member) => (
          <a key={member.id} href={hrefOf(member.id)} aria-label={label}>
            {isSeen(mediaKindOf(member.mime)) ? (
              <img src={member.thumbnailUrl ?? member.url} alt="" />
            ) : (
              <KindMark media={mediaKindOf(member.mime)} of={member} />
            )}
          </a>
        ))}
      </div>
      {children}
    </section>
  );
}

/** What can be made of a picture. */
type FurtherWay = 'vary' | 'upscale' | 'animate' | 'edit';

interface Schema {
  properties?: Readonly<Record<string, { 'x-asset'?: string }>>;
}

/** The first workflow that is on offer for each way; engines stand behind the name they serve. */
function findFurtherWays(
  listed: readonly WorkflowView[],
  media: MediaKind,
): Partial<Record<FurtherWay, string>> {
  const ways: Partial<Record<FurtherWay, string>> = {};
  for (const workflow of listed) {
    const way = wayOf(workflow, media);
    if (way && workflow.available && workflow.engineOf === undefined) ways[way] ??= workflow.name;
  }
  return ways;
}

/** What sets a picture in motion: the engine that made the film, or the first that is on offer. */
export function findMotion(listed: readonly WorkflowView[], made: string | undefined): string | undefined {
  const isMotion = (one: WorkflowView) => one.available && wayOf(one, 'image') === 'animate';
  return (
    listed.find((one) => one.name === made && isMotion(one))?.name ?? findFurtherWays(listed, 'image').animate
  );
}

function wayOf({ params, type, outputKind }: WorkflowView, media: MediaKind): FurtherWay | undefined {
  const properties = (params as Schema).properties ?? {};
  const takes = Object.values(properties).some((schema) => schema['x-asset'] === media);
  if (!takes) return undefined;
  if (type === 'upscale') return 'upscale';
  if (outputKind === 'video') return media === 'video' ? 'vary' : 'animate';
  if ('mask' in properties) return 'edit';
  return 'prompt' in properties ? 'vary' : undefined;
}

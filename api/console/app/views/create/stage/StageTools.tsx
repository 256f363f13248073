import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { isAssetValue } from '@star-graph/ui/form/fitValue';
import { readChosen, writeValue } from '@star-graph/ui/form/formDraft';
import { Icon } from '@star-graph/ui/Icon.tsx';
import { Menu } from '@star-graph/ui/overlays/Menu.tsx';
import type { MenuItem } from '@star-graph/ui/overlays/menuTypes';
import { language } from '@star-graph/ui/texts/language';
import {
  BadgeCheck,
  Brush,
  Clapperboard,
  Columns2,
  CornerDownLeft,
  Download,
  Ellipsis,
  Expand,
  type IconNode,
  Images,
  ImageUpscale,
  Layers,
  Move,
  SlidersHorizontal,
  Sparkle,
  Sparkles,
  TextQuote,
  Undo2,
} from 'lucide';
import type { JSX } from 'preact';
import { useLocation } from 'preact-iso';
import { hasForm } from '../../../data/ownGraph.ts';
import { textCost } from '../../../data/textModel.ts';
import { draftOf } from '../draft/drafts.ts';
import { mediaOf } from '../pictures/placePicture.ts';
import { press } from '../presses.ts';
import { isQuickTask } from '../pressRef.ts';
import { finishWish } from '../quick/quick.ts';
import { type RemakeKind, remake } from '../remakes.ts';
import { painting } from '../results/chosen.ts';
import type { Entry } from '../results/listGroups.ts';
import { makeIn } from '../results/makeIn.ts';
import { saveResult } from '../results/resultActions.ts';
import { texts } from '../results/texts.ts';
import type { Studio } from '../studioTypes.ts';
import { usePrices } from '../usePrice.ts';
import type { Wish } from '../wish.ts';
import { assetParamsOf, listNamed, propertiesOf } from '../workflows/groupWorkflows.ts';

export type ShownResult = Extract<Entry, { kind: 'result' }>;

export interface StageToolsProps {
  studio: Studio;
  shown: ShownResult;
  isComparing: boolean;
  /** Undefined: it was made from nothing that it could be compared with. */
  onCompare: (() => void) | undefined;
}

const pans = ['panLeft', 'panRight', 'panUp', 'panDown'] as const;
const remakes = ['varySubtle', 'varyStrong', 'upscale', 'zoomOut', ...pans] as const;

/** What one press makes, and what it costs once that is known. */
interface Offer {
  wish: Wish;
  price: number | undefined;
}
type Offers = ReadonlyMap<RemakeKind | 'finish', Offer>;

/** All that a press makes of the picture, with one request for the prices. */
function useOffers({ listed }: Studio, { task, at }: ShownResult): Offers {
  const made = [
    ...remakes.map((kind) => [kind, remake(kind, listed, task, at)] as const),
    ['finish', isQuickTask(task) ? finishWish(listed, task, at) : undefined] as const,
  ].flatMap(([kind, wish]) => (wish ? [{ kind, wish }] : []));
  const { costs } = usePrices(
    made.map(({ wish }) => wish),
    listed,
  );
  return new Map(made.map(({ kind, wish }, index) => [kind, { wish, price: costs[index] }]));
}

/** What can be made of the picture now, in the order in which people do it. */
export function StageTools({ studio, shown, isComparing, onCompare }: StageToolsProps) {
  const { task, output, at } = shown;
  const { route } = useLocation();
  const media = mediaOf(output.mime);
  const takes = listNamed(studio.listed).filter(
    (workflow) => workflow.available && assetParamsOf(workflow)[0]?.media === media,
  );
  const open = (workflow: string) =>
    // A graph has no settings that come along.
    !hasForm(task.workflow.name)
      ? route(`/create/${encodeURIComponent(workflow)}?input=${output.id}`)
      : void makeIn(studio, task, at, workflow);
  const find = (name: string) => takes.find((workflow) => workflow.name === name);
  const words = media && textCost(studio.listed, 'describe');
  const named = ['inpaint', 'img2video', ...(words === undefined ? [] : ['describe'])];
  const offers = useOffers(studio, shown);
  const one = (kind: RemakeKind | 'finish', icon: IconNode) => {
    const offer = offers.get(kind);
    return (
      offer && (
        <Tool icon={icon} word={texts[kind]} price={offer.price} onClick={() => void press(offer.wish)} />
      )
    );
  };
  const others: MenuItem[] = [
    ...(words === undefined
      ? []
      : [
          {
            id: 'describe',
            icon: TextQuote,
            label: texts.describe,
            hint: <Stars {...words} />,
            onSelect: () => void describe(studio, output.id),
          },
        ]),
    ...takes
      .filter(({ name }) => !named.includes(name))
      .map(({ name, title }) => ({
        id: `in ${name}`,
        icon: CornerDownLeft,
        label: texts.opens(title[language.value]),
        onSelect: () => open(name),
      })),
    ...(media === 'image'
      ? [
          {
            id: 'canvas',
            icon: Layers,
            label: texts.canvas,
            onSelect: () => route(`/canvas?picture=${output.id}`),
          },
        ]
      : []),
    { id: 'open', icon: Images, label: texts.open, onSelect: () => route(`/gallery/${output.id}`) },
  ];
  return (
    <div class="stage-tools" role="toolbar" aria-label={texts.tools}>
      {isOfOpenForm(studio, shown) && (
        <Tool
          icon={Undo2}
          word={texts.paintAgain}
          onClick={() => {
            painting.value = studio.workflow.name;
          }}
        />
      )}
      {one('finish', BadgeCheck)}
      {one('varySubtle', Sparkle)}
      {one('varyStrong', Sparkles)}
      {find('inpaint') && <Tool icon={Brush} word={texts.redraw} onClick={() => open('inpaint')} />}
      {one('upscale', ImageUpscale)}
      {one('zoomOut', Expand)}
      <Pan offers={offers} />
      {find('img2video') && (
        <Tool icon={Clapperboard} word={texts.animate} onClick={() => open('img2video')} />
      )}
      {onCompare && (
        <Tool icon={Columns2} word={texts.compare} aria-pressed={isComparing} onClick={onCompare} />
      )}
      {hasForm(task.workflow.name) && <Recall studio={studio} shown={shown} />}
      <Tool icon={Download} word={texts.save} onClick={() => void saveResult(task, output)} />
      <Menu
        label={texts.more}
        placement="top-end"
        items={others}
        trigger={(attributes) => <Tool {...attributes} icon={Ellipsis} word={texts.more} />}
      />
    </div>
  );
}

/** Its part of the page is fetched with the first use. */
async function describe(studio: Studio, assetId: string): Promise<void> {
  const { describeInto } = await import('../draft/writeWords.ts');
  await describeInto(studio, assetId);
}

/** The form still holds the mask and the picture that this was made with: another try changes what is painted. */
function isOfOpenForm(studio: Studio, { task: { params } }: ShownResult): boolean {
  const { form, userId, workflow } = studio;
  const field = form.fields.find(({ kind }) => kind === 'mask');
  if (field?.kind !== 'mask' || typeof params.mask !== 'string') return false;
  const picture = readChosen(form, draftOf(userId, workflow.name).value, field.of);
  return isAssetValue(picture) && picture.assetId === params[field.of];
}

interface ToolProps extends Omit<JSX.IntrinsicElements['button'], 'icon'> {
  icon: IconNode;
  word: string;
  /** Credits that one press costs. */
  price?: number | undefined;
}

function Tool({ icon, word, price, ...attributes }: ToolProps) {
  return (
    <button type="button" {...attributes} class="stage-tool">
      <Icon icon={icon} size={20} />
      <span>{word}</span>
      {price !== undefined && <Stars amount={price} />}
    </button>
  );
}

type Shown = Pick<StageToolsProps, 'studio' | 'shown'>;

/** Each way with its own price: a picture is not as high as it is wide. */
function Pan({ offers }: { offers: Offers }) {
  const items = pans.flatMap((kind): MenuItem[] => {
    const offer = offers.get(kind);
    if (!offer) return [];
    const { wish, price } = offer;
    const hint = price !== undefined && <Stars amount={price} />;
    return [{ id: kind, label: texts[kind], hint, onSelect: () => void press(wish) }];
  });
  if (items.length === 0) return null;
  return (
    <Menu
      label={texts.pan}
      placement="top-start"
      items={items}
      trigger={(attributes) => <Tool {...attributes} icon={Move} word={texts.pan} />}
    />
  );
}

/** Prompt and seed go into the form that is open; all settings open their own. */
function Recall({ studio, shown: { task } }: Shown) {
  const { form, changeDraft } = studio;
  const { prompt } = task.params;
  const seedParam = Object.entries(
    propertiesOf(studio.listed.find(({ name }) => name === task.workflow.name) ?? { params: {} }),
  ).find(([, schema]) => schema['x-seed'])?.[0];
  const seed = seedParam === undefined ? undefined : task.params[seedParam];
  const promptField = form.fields.find(({ name }) => name === 'prompt');
  const seedField = form.fields.find(({ kind }) => kind === 'seed');
  const write = (param: string, value: unknown) =>
    changeDraft((draft) => writeValue(form, draft, param, value));
  const items: (MenuItem | false)[] = [
    promptField !== undefined &&
      typeof prompt === 'string' && {
        id: 'prompt',
        label: texts.recallPrompt,
        onSelect: () => write('prompt', prompt),
      },
    seedField !== undefined &&
      typeof seed === 'number' && {
        id: 'seed',
        label: texts.recallSeed,
        hint: String(seed),
        onSelect: () => write(seedField.name, seed),
      },
    { id: 'all', label: texts.recallAll, onSelect: () => void studio.recall(task) },
  ];
  return (
    <Menu
      label={texts.recall}
      placement="top-start"
      items={items}
      trigger={(attributes) => <Tool {...attributes} icon={SlidersHorizontal} word={texts.recall} />}
    />
  );
}

import {
  Clapperboard,
  Columns2,
  CornerDownLeft,
  Dices,
  Download,
  Images,
  ImageUpscale,
  SlidersHorizontal,
  WandSparkles,
} from 'lucide';
import { useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { AssetView } from '../../../../../contract/assets/assets.ts';
import type { TaskView } from '../../../../../contract/tasks/tasks.ts';
import { loadPart } from '../../../../../ui/loadPart.tsx';
import { type CardAction, PictureCard } from '../../../../../ui/pictures/PictureCard.tsx';
import { language } from '../../../../../ui/texts/language.ts';
import { isOwnGraph } from '../../../data/ownGraph.ts';
import { mediaOf } from '../pictures/placePicture.ts';
import { press } from '../requests/presses.ts';
import { type RemakeKind, remake, remakePrice } from '../requests/remakes.ts';
import type { Studio } from '../studio.ts';
import { assetParamsOf, listNamed } from '../workflows/groupWorkflows.ts';
import { makeIn } from './makeIn.ts';
import { inputOf, renewResult, saveResult, setFavourite } from './resultActions.ts';
import { texts } from './texts.ts';

const CompareDialog = loadPart(async () => (await import('./CompareDialog.tsx')).CompareDialog);

interface ResultCardProps {
  studio: Studio;
  task: TaskView;
  output: AssetView;
  at: number;
}

/** A result with what can be made of it. */
export function ResultCard(props: ResultCardProps) {
  const { studio, task, output } = props;
  const [isComparing, setComparing] = useState(false);
  const { route } = useLocation();
  const input = inputOf(
    task,
    studio.listed.find(({ name }) => name === task.workflow.name),
  );
  const open = () => route(`/gallery/${output.id}`);
  const bring: Leaving['bring'] = (workflow, { id }) =>
    route(`/create/${encodeURIComponent(workflow)}?input=${id}`);
  const compare: CardAction = {
    id: 'compare',
    icon: Columns2,
    label: texts.compare,
    onPress: () => setComparing(true),
  };
  const { mime, url, thumbnailUrl, width, height, durationMs } = output;
  const isFilm = mediaOf(mime) === 'video';
  // A thumbnail of an animated picture stands still.
  const isStill = !isFilm && durationMs === undefined;
  return (
    <>
      <PictureCard
        {...{ width, height }}
        media={isFilm ? 'video' : 'image'}
        url={isStill ? (thumbnailUrl ?? url) : url}
        posterUrl={isFilm ? thumbnailUrl : undefined}
        alt={typeof task.params.prompt === 'string' ? task.params.prompt : texts.result}
        favourite={output.favourite === true}
        onFavourite={(favourite) => void setFavourite(task, output, favourite)}
        onOpen={open}
        actions={[
          ...(input === undefined ? [] : [compare]),
          ...remakes(props),
          ...others(props, { open, bring }),
        ]}
        assetId={isFilm ? undefined : output.id}
        onBroken={() => void renewResult(task, output)}
      />
      {isComparing && input !== undefined && (
        <CompareDialog input={input} output={output} onClose={() => setComparing(false)} />
      )}
    </>
  );
}

const remakeIcons = { again: Dices, vary: WandSparkles, upscale: ImageUpscale };

/** What one press makes of it, with its price. */
function remakes({ studio, task, at }: ResultCardProps): CardAction[] {
  const kinds = Object.keys(remakeIcons) as RemakeKind[];
  return kinds.flatMap((kind) => {
    const wish = remake(kind, studio.listed, task, at);
    const price = remakePrice(kind, studio.listed, task);
    const label = price === undefined ? texts[kind] : texts.priced(texts[kind], price);
    return wish ? [{ id: kind, icon: remakeIcons[kind], label, onPress: () => void press(wish) }] : [];
  });
}

interface Leaving {
  open(): void;
  /** Into the form of a workflow: a graph has no settings that come along. */
  bring(workflow: string, output: AssetView): void;
}

/** Saving it, and what opens something else. */
function others({ studio, task, output, at }: ResultCardProps, { open, bring }: Leaving): CardAction[] {
  const media = mediaOf(output.mime);
  const takes = listNamed(studio.listed).filter(
    (workflow) => workflow.available && assetParamsOf(workflow)[0]?.media === media,
  );
  const recall: CardAction = {
    id: 'recall',
    icon: SlidersHorizontal,
    label: texts.recall,
    onPress: () => void studio.recall(task),
  };
  return [
    { id: 'download', icon: Download, label: texts.download, onPress: () => void saveResult(task, output) },
    ...(isOwnGraph(task) ? [] : [recall]),
    ...takes.map(({ name, title }) => ({
      id: `in ${name}`,
      icon: name === 'img2video' ? Clapperboard : CornerDownLeft,
      label: texts.opens(name === 'img2video' ? texts.animate : title[language.value]),
      onPress: () => (isOwnGraph(task) ? bring(name, output) : void makeIn(studio, task, at, name)),
    })),
    { id: 'open', icon: Images, label: texts.open, onPress: open },
  ];
}

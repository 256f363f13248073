import {
  Clapperboard,
  CornerDownLeft,
  Dices,
  Download,
  Ellipsis,
  Heart,
  Images,
  ImageUpscale,
  SlidersHorizontal,
  WandSparkles,
} from 'lucide';
import { useLocation } from 'preact-iso';
import type { AssetView } from '../../../../../contract/assets/assets.ts';
import type { TaskView } from '../../../../../contract/tasks/tasks.ts';
import { IconButton } from '../../../../../ui/controls/IconButton.tsx';
import { Stars } from '../../../../../ui/feedback/Stars.tsx';
import { Icon } from '../../../../../ui/icons/Icon.tsx';
import { Menu, type MenuItem } from '../../../../../ui/overlays/Menu.tsx';
import { offerAsset } from '../../../../../ui/pictures/assetDrag.ts';
import { language } from '../../../../../ui/texts/language.ts';
import { toAssetValue } from '../pictures/formPictures.ts';
import { mediaOf } from '../pictures/placePicture.ts';
import { press } from '../requests/presses.ts';
import { type RemakeKind, remake, remakePrice } from '../requests/remakes.ts';
import type { Studio } from '../studio.ts';
import { assetParamsOf, listNamed } from '../workflows/groupWorkflows.ts';
import { makeIn } from './makeIn.ts';
import { fileNameOf, setFavourite } from './resultActions.ts';
import { texts } from './texts.ts';

interface ResultCardProps {
  studio: Studio;
  task: TaskView;
  output: AssetView;
  at: number;
}

/** A result with what can be made of it. */
export function ResultCard(props: ResultCardProps) {
  const { task, output } = props;
  const name = typeof task.params.prompt === 'string' ? task.params.prompt : texts.result;
  const address = `/gallery/${output.id}`;
  return (
    <>
      <a
        class="result-link"
        href={address}
        aria-label={name}
        draggable={mediaOf(output.mime) === 'image'}
        onDragStart={(event) => {
          if (event.dataTransfer) offerAsset(event.dataTransfer, toAssetValue(output));
        }}
      >
        <Shown output={output} />
      </a>
      <div class="result-tools">
        <RemakeButtons {...props} />
        <span class="result-tools-space" />
        <IconButton
          look="glass"
          size="small"
          icon={Heart}
          label={texts.favourite}
          pressed={output.favourite === true}
          class="result-favourite"
          onClick={() => void setFavourite(task, output, output.favourite !== true)}
        />
        <a
          class="sg-icon-button sg-icon-button-small sg-icon-button-glass result-download"
          href={output.url}
          download={fileNameOf(task, output)}
          aria-label={texts.download}
          title={texts.download}
        >
          <Icon icon={Download} />
        </a>
        <MoreMenu {...props} />
      </div>
    </>
  );
}

function Shown({ output }: { output: AssetView }) {
  const { mime, url, thumbnailUrl, width, height, durationMs } = output;
  if (mime.startsWith('video/'))
    return (
      <video
        class="result-picture"
        src={url}
        poster={thumbnailUrl}
        width={width}
        height={height}
        muted
        loop
        playsInline
        preload="metadata"
        onPointerEnter={(event) => void event.currentTarget.play()}
        onPointerLeave={(event) => event.currentTarget.pause()}
      />
    );
  // A thumbnail of an animated picture stands still.
  const source = durationMs === undefined ? (thumbnailUrl ?? url) : url;
  return (
    <img
      class="result-picture"
      src={source}
      alt=""
      width={width}
      height={height}
      decoding="async"
      draggable={false}
    />
  );
}

const remakeIcons = { again: Dices, vary: WandSparkles, upscale: ImageUpscale };
const remakeKinds = Object.keys(remakeIcons) as RemakeKind[];

function RemakeButtons({ studio, task, at }: ResultCardProps) {
  return (
    <>
      {remakeKinds.map((kind) => {
        const wish = remake(kind, studio.listed, task, at);
        return (
          wish && (
            <IconButton
              key={kind}
              look="glass"
              size="small"
              icon={remakeIcons[kind]}
              label={texts[kind]}
              class="result-remake"
              onClick={() => press(wish)}
            />
          )
        );
      })}
    </>
  );
}

/** Everything, with words and prices: also for fingers, which do not hover. */
function MoreMenu({ studio, task, output, at }: ResultCardProps) {
  const { route } = useLocation();
  const makes = remakeKinds.flatMap((kind): MenuItem[] => {
    const wish = remake(kind, studio.listed, task, at);
    const price = remakePrice(kind, studio.listed, task);
    if (!wish) return [];
    const item = { id: kind, label: texts[kind], icon: remakeIcons[kind], onSelect: () => void press(wish) };
    return [price === undefined ? item : { ...item, hint: <Stars amount={price} /> }];
  });
  const media = mediaOf(output.mime);
  const takes = listNamed(studio.listed).filter(
    (workflow) => workflow.available && assetParamsOf(workflow)[0]?.media === media,
  );
  const uses = takes.map((workflow): MenuItem => {
    const isFilm = workflow.name === 'img2video';
    return {
      id: `in ${workflow.name}`,
      label: texts.opens(isFilm ? texts.animate : workflow.title[language.value]),
      icon: isFilm ? Clapperboard : CornerDownLeft,
      onSelect: () => void makeIn(studio, task, at, workflow.name),
    };
  });
  return (
    <Menu
      placement="bottom-end"
      label={texts.more}
      items={[
        ...makes,
        makes.length > 0 && 'line',
        {
          id: 'recall',
          label: texts.recall,
          icon: SlidersHorizontal,
          onSelect: () => void studio.recall(task),
        },
        ...uses,
        'line',
        { id: 'open', label: texts.open, icon: Images, onSelect: () => route(`/gallery/${output.id}`) },
      ]}
      trigger={(attributes) => (
        <IconButton {...attributes} look="glass" size="small" icon={Ellipsis} label={texts.more} />
      )}
    />
  );
}

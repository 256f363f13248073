import type { AssetView } from '@star-graph/contract/assets/assets';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { Button, LinkButton } from '@star-graph/ui/controls/Button.tsx';
import { IconButton } from '@star-graph/ui/controls/IconButton.tsx';
import { Segmented } from '@star-graph/ui/controls/Segmented.tsx';
import { Slider } from '@star-graph/ui/controls/Slider.tsx';
import { Switch } from '@star-graph/ui/controls/Switch.tsx';
import { Progress } from '@star-graph/ui/feedback/Progress.tsx';
import { Stars } from '@star-graph/ui/feedback/Stars.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { formatNumber } from '@star-graph/ui/texts/formats';
import {
  Camera,
  CopyPlus,
  Film as FilmIcon,
  FoldHorizontal,
  MoveLeft,
  MoveRight,
  Plus,
  Scissors,
  Trash2,
} from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { describeProblem, describeProblemView } from '../../../data/problemText.ts';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { FilmFrames } from './FilmFrames.tsx';
import {
  type Film,
  filmOf,
  type Part,
  secondsOf,
  split,
  toEdit,
  toStills,
  trim,
  type Whole,
  wholePart,
} from './parts.ts';
import { texts } from './texts.ts';
import { useFilmEdit, usePrice } from './useFilmEdit.ts';
import './film.css';

const sayTime = (seconds: number): string => texts.seconds(formatNumber(seconds, 2));
const speeds = [0.25, 0.5, 1, 1.5, 2, 4];
const formats = ['mp4', 'webm', 'gif'] as const;

interface FilmStripProps {
  asset: AssetView;
  /** The player above the strip. */
  findPlayer(): HTMLVideoElement | null;
  /** The workflow that sets a picture in motion as this film was. */
  extendBy: string | undefined;
  hrefOf(id: string): string;
}

/** Parts of films beside each other, what is done with the chosen one, and what is made of all. */
export function FilmStrip({ asset, findPlayer, extendBy, hrefOf }: FilmStripProps) {
  const { route } = useLocation();
  const own = filmOf(asset);
  const [parts, setParts] = useState<readonly Part[]>(() => [wholePart(own)]);
  const [chosenKey, choose] = useState(parts[0]?.key);
  const [whole, setWhole] = useState<Whole>({ repeats: 1, sound: own.hasSound, format: 'mp4' });
  const [isAdding, setAdding] = useState(false);
  const { make, isBusy, error, task } = useFilmEdit();
  const edit = toEdit(parts, whole);
  const price = usePrice(edit);
  const chosen = parts.find(({ key }) => key === chosenKey) ?? parts[0];

  /** The player shows what is worked on, of whichever film. */
  function show({ film }: Part, seconds: number): void {
    const player = findPlayer();
    if (!player) return;
    player.pause();
    if (player.src !== new URL(film.url, location.href).href) player.src = film.url;
    player.currentTime = seconds;
  }
  useEffect(
    () => () => {
      const player = findPlayer();
      if (player && player.src !== new URL(asset.url, location.href).href) player.src = asset.url;
    },
    [],
  );
  const nowOf = ({ film }: Part): number => Math.min(findPlayer()?.currentTime ?? 0, film.seconds);
  const replace = (old: Part, ...fresh: Part[]) =>
    setParts(parts.flatMap((part) => (part.key === old.key ? fresh : [part])));
  const addFilm = (film: Film) => {
    const part = wholePart(film);
    setParts([...parts, part]);
    choose(part.key);
    setAdding(false);
  };
  if (!chosen) return null;
  const takeStills = (...places: number[]) => void make(toStills(chosen.film, places));
  return (
    <section class="film-strip" aria-label={texts.strip}>
      <fieldset class="film-parts" aria-label={texts.parts}>
        {parts.map((part, at) => (
          <button
            key={part.key}
            type="button"
            class="film-part"
            style={{ '--seconds': (part.to - part.from) / part.speed }}
            aria-pressed={part.key === chosen.key}
            aria-label={texts.part(at + 1, sayTime((part.to - part.from) / part.speed))}
            onClick={() => {
              choose(part.key);
              show(part, part.from);
            }}
          >
            <FilmFrames {...part} />
          </button>
        ))}
        <Button icon={Plus} aria-expanded={isAdding} onClick={() => setAdding(!isAdding)}>
          {texts.add}
        </Button>
      </fieldset>
      {isAdding && <MoreFilms onAdd={addFilm} />}
      <PartTools
        part={chosen}
        parts={parts}
        onChange={(part, seconds) => {
          replace(chosen, part);
          if (seconds !== undefined) show(part, seconds);
        }}
        onSplit={() => replace(chosen, ...split(chosen, nowOf(chosen)))}
        onArrange={setParts}
      />
      <WholeTools whole={whole} hasSound={parts.some(({ film }) => film.hasSound)} onChange={setWhole} />
      <div class="film-acts">
        <Button icon={Camera} disabled={isBusy} onClick={() => takeStills(nowOf(chosen))}>
          {texts.still}
        </Button>
        <Button icon={FoldHorizontal} disabled={isBusy} onClick={() => takeStills(chosen.from, chosen.to)}>
          {texts.ends}
        </Button>
        {extendBy !== undefined && (
          <Button
            icon={FilmIcon}
            disabled={isBusy}
            title={texts.extendHint}
            onClick={() =>
              void make(toStills(own, [own.seconds]), ({ outputs }) =>
                route(`/create/${encodeURIComponent(extendBy)}?input=${outputs[0]?.id}`),
              )
            }
          >
            {texts.extend}
          </Button>
        )}
        <span class="film-total">{texts.total(sayTime(secondsOf(parts, whole.repeats)))}</span>
        <Button look="primary" disabled={isBusy || price.state === 'failed'} onClick={() => void make(edit)}>
          {texts.make}
          {price.value && <Stars amount={price.value.cost} />}
        </Button>
      </div>
      <EditState task={task} hrefOf={hrefOf} problem={error ?? price.error} />
    </section>
  );
}

interface EditStateProps {
  task: TaskView | undefined;
  problem: unknown;
  hrefOf(id: string): string;
}

function EditState({ task, problem, hrefOf }: EditStateProps) {
  return (
    <div role="status" class="film-state">
      {task && !task.finishedAt && <Progress label={texts.working} value={task.progress.percent} />}
      {task?.status === 'succeeded' && (
        <>
          <span>{texts.done}</span>
          {task.outputs.map(({ id }, at) => (
            <LinkButton key={id} size="small" href={hrefOf(id)}>
              {texts.openResult(at + 1)}
            </LinkButton>
          ))}
        </>
      )}
      {task?.error && <span>{describeProblemView(task.error)}</span>}
      {problem !== undefined && <span>{describeProblem(problem)}</span>}
    </div>
  );
}

interface PartToolsProps {
  part: Part;
  parts: readonly Part[];
  /** @param seconds of its film, to be shown */
  onChange(part: Part, seconds?: number): void;
  onSplit(): void;
  onArrange(parts: readonly Part[]): void;
}

function PartTools({ part, parts, onChange, onSplit, onArrange }: PartToolsProps) {
  const { film, from, to, speed } = part;
  const at = parts.indexOf(part);
  const others = parts.filter((one) => one !== part);
  const step = 1 / film.fps;
  const setFrom = (value: number) => {
    const trimmed = trim(part, { from: value });
    onChange(trimmed, trimmed.from);
  };
  const setTo = (value: number) => {
    const trimmed = trim(part, { to: value });
    onChange(trimmed, Math.max(trimmed.from, trimmed.to - step));
  };
  const ends = { min: 0, max: film.seconds, step: 0.01, format: sayTime };
  return (
    <div class="film-tools">
      <Field label={texts.from}>
        <Slider {...ends} value={from} onChange={setFrom} />
      </Field>
      <Field label={texts.to}>
        <Slider {...ends} value={to} onChange={setTo} />
      </Field>
      <Segmented
        label={texts.speed}
        options={speeds.map((value) => ({ value: String(value), label: `${formatNumber(value, 2)}×` }))}
        value={String(speed)}
        onChange={(value) => onChange({ ...part, speed: Number(value) })}
      />
      <div class="film-arrange">
        <IconButton icon={Scissors} label={texts.split} onClick={onSplit} />
        <IconButton
          icon={CopyPlus}
          label={texts.double}
          onClick={() => onArrange(parts.toSpliced(at, 0, { ...part, key: crypto.randomUUID() }))}
        />
        <IconButton
          icon={MoveLeft}
          label={texts.earlier}
          disabled={at === 0}
          onClick={() => onArrange(others.toSpliced(at - 1, 0, part))}
        />
        <IconButton
          icon={MoveRight}
          label={texts.later}
          disabled={at === others.length}
          onClick={() => onArrange(others.toSpliced(at + 1, 0, part))}
        />
        <IconButton
          icon={Trash2}
          label={texts.remove}
          disabled={others.length === 0}
          onClick={() => onArrange(others)}
        />
      </div>
    </div>
  );
}

interface WholeToolsProps {
  whole: Whole;
  hasSound: boolean;
  onChange(whole: Whole): void;
}

function WholeTools({ whole, hasSound, onChange }: WholeToolsProps) {
  const isSilent = !hasSound || whole.format === 'gif';
  return (
    <div class="film-tools">
      <Field label={texts.repeats}>
        <Slider
          min={1}
          max={10}
          value={whole.repeats}
          format={texts.times}
          onChange={(repeats) => onChange({ ...whole, repeats })}
        />
      </Field>
      <Segmented
        label={texts.format}
        options={formats.map((value) => ({ value, label: value.toUpperCase() }))}
        value={whole.format}
        onChange={(format) => onChange({ ...whole, format })}
      />
      <Switch
        label={texts.sound}
        checked={whole.sound && !isSilent}
        disabled={isSilent}
        onChange={(sound) => onChange({ ...whole, sound })}
      />
    </div>
  );
}

function MoreFilms({ onAdd }: { onAdd(film: Film): void }) {
  const films = useResource(
    async (signal) => (await api.listAssets({ query: { media: 'video', limit: 24 } }, { signal })).items,
    [],
  );
  if (films.state === 'failed') return <p class="film-more">{describeProblem(films.error)}</p>;
  return (
    <fieldset class="film-more" aria-label={texts.addHint}>
      {films.value?.length === 0 && <p>{texts.addNone}</p>}
      {films.value?.map((one, at) => (
        <button
          key={one.id}
          type="button"
          aria-label={texts.addFilm(at + 1)}
          title={one.task?.prompt}
          onClick={() => onAdd(filmOf(one))}
        >
          <img src={one.thumbnailUrl ?? one.url} alt="" />
        </button>
      ))}
    </fieldset>
  );
}

import { describeRequest, findEngineView } from '@star-graph/contract/catalogue/engineForms';
import type { StyleView } from '@star-graph/contract/catalogue/styles';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import { nearestValue } from '@star-graph/workflows/translation/nearestValue';
import { type Preset, presetsOf } from '@star-graph/workflows/translation/presets';
import { Refusal } from '../replies/problems.ts';
import type { Messages } from '../replies/texts/en.ts';
import { paramsOf } from './workflowSchema.ts';

type Params = Readonly<Record<string, unknown>>;

/** What a person chose that each engine says in values of its own. */
export interface EngineChoices {
  preset?: Preset;
  seconds?: number;
  /** Whether the film shall have sound. */
  sound?: boolean;
  /** The name of a look. */
  style?: string;
}

/**
 * The values of these choices for the engine that runs the request; typed values stay.
 * @param listed undefined: the workflow is not offered, and the API says so.
 * @throws Refusal for what no engine takes.
 */
export function withEngineValues(
  say: Messages,
  offered: readonly WorkflowView[],
  listed: WorkflowView | undefined,
  params: Params,
  { preset, look, ...film }: Omit<EngineChoices, 'style'> & { look?: Look },
): Params {
  if (!listed) return params;
  const isFilm = film.seconds !== undefined || film.sound !== undefined;
  const timed = isFilm ? withFilm(say, offered, listed, params, film) : params;
  const fast = preset === undefined || timed.steps !== undefined ? undefined : preset;
  const chosen = fast ? { ...presetOf(say, describeRequest(offered, listed, timed), fast), ...timed } : timed;
  return look ? { ...chosen, ...lookOf(describeRequest(offered, listed, chosen), chosen, look) } : chosen;
}

type Look = Pick<StyleView, 'words' | 'avoid'>;

/** Behind what the person wrote; what spoils the look goes where the engine takes it. */
function lookOf(engine: WorkflowView, { prompt, negativePrompt }: Params, { words, avoid }: Look): Params {
  const join = (...texts: unknown[]) => texts.filter((text) => text !== undefined && text !== '').join(', ');
  const takesAvoid = paramsOf(engine).some(([name]) => name === 'negativePrompt');
  return {
    prompt: join(prompt, words),
    ...(takesAvoid ? { negativePrompt: join(negativePrompt, avoid) } : {}),
  };
}

function presetOf(say: Messages, engine: WorkflowView, preset: Preset): Params {
  const presets = presetsOf(engine.params as ParamSchema);
  if (presets) return presets[preset];
  throw new Refusal(
    say.badOption(say.limited(say.option.preset, say.limit.notTaken(engine.model ?? engine.name))),
  );
}

/** The first engine whose films can be so long, with sound or without; one that the person named has to do. */
function withFilm(
  say: Messages,
  offered: readonly WorkflowView[],
  listed: WorkflowView,
  params: Params,
  { seconds, sound }: Pick<EngineChoices, 'seconds' | 'sound'>,
): Params {
  if (seconds !== undefined && params.frames !== undefined)
    throw new Refusal(
      say.badOption(say.limited(say.list([say.option.frames, say.option.seconds]), say.limit.oneOf)),
    );
  const models =
    params.model === undefined
      ? (listed.engines ?? [])
          .filter(({ available, onlyNamed }) => available && !onlyNamed)
          .map(({ model }) => model)
      : [];
  const asked = seconds === undefined ? params : { ...params, frames: 0 };
  const first = describeRequest(offered, listed, asked);
  const spans: Span[] = [];
  let isHeard = false;
  for (const model of [undefined, ...models]) {
    const engine = model === undefined ? first : describeRequest(offered, listed, { ...params, model });
    if (!takesAll(engine, params) || (sound !== undefined && sound !== (engine.sound ?? false))) continue;
    isHeard = true;
    const chosen = { ...params, ...(model === undefined ? {} : { model }) };
    if (seconds === undefined) return chosen;
    const span = spanOf(engine, params);
    if (!span) continue;
    spans.push(span);
    // A tenth of a second is within the grid of the frames.
    if (seconds < span.least - 0.1 || seconds > span.most + 0.1) continue;
    return { ...chosen, frames: nearestValue(span.frames, Math.round(seconds * span.fps)) };
  }
  const limit =
    spans.length === 0
      ? say.limit.notTaken(findEngineView(listed, params.model)?.model ?? first.model ?? first.name)
      : say.limit.range(
          Math.min(...spans.map(({ least }) => least)),
          Math.max(...spans.map(({ most }) => most)),
        );
  const option = sound !== undefined && !isHeard ? 'sound' : 'seconds';
  throw new Refusal(say.badOption(say.limited(say.option[option], limit)));
}

interface Span {
  frames: ParamSchema;
  fps: number;
  /** The shortest film, in seconds, to a tenth. */
  least: number;
  most: number;
}

/** How long the films of an engine can be; undefined: it does not say. */
function spanOf(engine: WorkflowView, params: Params): Span | undefined {
  const schemas = new Map(paramsOf(engine));
  const frames = schemas.get('frames');
  const fps = [params.fps, schemas.get('fps')?.default, engine.fps].find((rate) => typeof rate === 'number');
  if (frames?.minimum === undefined || frames.maximum === undefined || fps === undefined) return undefined;
  const toSeconds = (count: number) => Math.round((count / fps) * 10) / 10;
  return { frames, fps, least: toSeconds(frames.minimum), most: toSeconds(frames.maximum) };
}

const takesAll = (engine: WorkflowView, { model: _model, ...params }: Params): boolean => {
  const names = new Set(paramsOf(engine).map(([name]) => name));
  return Object.keys(params).every((name) => names.has(name));
};

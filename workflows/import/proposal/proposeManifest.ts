import type { Graph } from '../../graph/graph.ts';
import type { ManifestInput, ManifestParam } from '../../manifest/manifestSchema.ts';
import { isSeen, type MediaKind } from '../../shared/mediaKinds.ts';
import type { WorkflowType } from '../../workflow.ts';
import type { FindDefinition } from '../definitions.ts';
import type { ImportedGraph } from '../importedGraph.ts';
import { collectParams, type Proposed } from './collectParams.ts';
import { workflowNameOf } from './labels.ts';
import { proposeRates, proposeWork, tameWork } from './proposeWork.ts';
import type { Suggested, Suggestion } from './suggestion.ts';

interface ProposedManifest {
  manifest: ManifestInput & { graph: Graph };
  /** What an administrator should look at, a sentence each. */
  notes: string[];
}

type Source = Pick<ImportedGraph, 'graph' | 'asked' | 'groups' | 'limits' | 'title' | 'description'>;

/**
 * Proposes a manifest for an imported graph: parameters that its author shows, or those that people usually choose,
 * with the graph's own values as defaults and limits from the definitions. The proposal passes `parseManifest`; price
 * and limits are guesses.
 * @param isTaken whether a workflow of that name exists.
 */
export function proposeManifest(
  { graph, asked, groups, limits, title, description }: Source,
  define: FindDefinition,
  isTaken: (name: string) => boolean = () => false,
): ProposedManifest {
  const surroundings = { graph, define, ...(limits && { limits }) };
  const { params, notes } = collectParams({ asked, groups }, surroundings);
  const entries = [...params];
  const outputKind = outputKindOf(graph);
  const isVideo = outputKind === 'video';
  const ownTitle = title?.slice(0, 100);
  const manifest: ManifestInput = {
    name: freeName(workflowNameOf(title), isTaken),
    version: 1,
    type: isSeen(outputKind) ? guessType(graph, params, isVideo) : 'custom',
    title: ownTitle
      ? { en: ownTitle, 'zh-CN': ownTitle }
      : { en: 'Imported workflow', 'zh-CN': '导入的工作流' },
    description: describe(description),
    outputKind,
    params: {
      type: 'object',
      properties: Object.fromEntries(
        entries.map(([name, { suggestion }]) => [name, withTitle(suggestion)] as const),
      ),
      required: entries.filter(([, { suggestion }]) => isRequired(suggestion.param)).map(([name]) => name),
      additionalProperties: false,
    },
    binding: Object.fromEntries(entries.map(([name, { paths }]) => [name, paths])),
    work: proposeWork(surroundings, new Set(params.keys())),
    rates: proposeRates(surroundings, isVideo),
    example: Object.fromEntries(
      entries.flatMap(
        ([
          name,
          {
            suggestion: { param },
          },
        ]) => (isRequired(param) && !('x-asset' in param) ? [[name, 'a lighthouse at dusk'] as const] : []),
      ),
    ),
    graph,
  };
  return { manifest: { ...tameWork(manifest), graph }, notes };
}

const describe = (text: string | undefined): ManifestInput['description'] =>
  text === undefined
    ? { en: 'Imported from ComfyUI.', 'zh-CN': '从 ComfyUI 导入。' }
    : { en: text.slice(0, 500), 'zh-CN': text.slice(0, 500) };

const isRequired = (param: Suggested): boolean => param.default === undefined && !('x-seed' in param);

function withTitle({ title, param }: Suggestion): ManifestParam {
  return { ...param, title: title.en, 'x-title': title };
}

function freeName(name: string, isTaken: (name: string) => boolean): string {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!isTaken(candidate)) return candidate;
  }
}

/** What its savers save, pictures and films first; a graph without one says a text. */
const savers: readonly (readonly [MediaKind, RegExp])[] = [
  ['video', /^Save(?:Video|WEBM|Animated)/],
  ['image', /^(?:Save|Preview)Image/],
  ['audio', /^SaveAudio/],
  ['model3d', /^SaveGLB$/],
  ['text', /^(?:SaveText|PreviewAny)$/],
];

function outputKindOf(graph: Graph): MediaKind {
  const classes = Object.values(graph).map(({ class_type: name }) => name);
  return savers.find(([, saves]) => classes.some((name) => saves.test(name)))?.[0] ?? 'image';
}

/** `custom` unless the graph's inputs and outputs leave no doubt. */
function guessType(graph: Graph, params: ReadonlyMap<string, Proposed>, isVideo: boolean): WorkflowType {
  const classes = Object.values(graph).map(({ class_type: name }) => name);
  if (classes.some((name) => /^(?:ControlNetApply|LoadVideo|QwenImageDiffsynthControlnet)/.test(name)))
    return 'custom';
  const hasPrompt = params.has('prompt');
  if (params.has('mask')) return hasPrompt && !isVideo ? 'inpaint' : 'custom';
  if (params.has('image')) {
    if (isVideo) return 'img2video';
    if (hasPrompt) return 'img2img';
    return classes.includes('ImageUpscaleWithModel') ? 'upscale' : 'custom';
  }
  if (!hasPrompt) return 'custom';
  return isVideo ? 'text2video' : 'text2img';
}

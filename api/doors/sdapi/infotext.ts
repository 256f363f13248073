import type { TaskWithOutputs } from '@star-graph/core/work/tasks/findTasks';
import { version } from '../../version.ts';
import { samplerNames, schedulerNames } from './samplerNames.ts';

export interface Drawn {
  asset: { width: number; height: number };
  task: TaskWithOutputs['task'];
}

/** The lines that these programs write into their pictures. */
export function writeInfotext(model: string, { asset, task: { params } }: Drawn): string {
  const named = (label: string, value: unknown) =>
    value === undefined || value === null || value === '' ? [] : [`${label}: ${String(value)}`];
  const facts = [
    ...named('Steps', params.steps),
    ...named('Sampler', params.sampler && samplerNames.toTheirs(String(params.sampler))),
    ...named('Schedule type', params.scheduler && schedulerNames.toTheirs(String(params.scheduler))),
    ...named('CFG scale', params.cfg),
    ...named('Seed', params.seed),
    `Size: ${asset.width}x${asset.height}`,
    ...named('Model', model),
    ...named('Denoising strength', params.denoise),
    `Version: star-graph ${version}`,
  ];
  const negative = named('Negative prompt', params.negativePrompt);
  return [String(params.prompt ?? ''), ...negative, facts.join(', ')].join('\n');
}

/** Under this name they look for the lines. */
export const infotextKeyword = 'parameters';
const negativeLabel = 'Negative prompt: ';

/** The same lines as values: the last one has the facts, where it begins with steps. */
export function readInfotext(text: string): Record<string, string> {
  const lines = text.split('\n');
  const hasFacts = /^Steps: /.test(lines.at(-1) ?? '');
  const facts = hasFacts ? (lines.pop() ?? '') : '';
  const negativeAt = lines.findIndex((line) => line.startsWith(negativeLabel));
  const prompt = negativeAt < 0 ? lines : lines.slice(0, negativeAt);
  const negative = negativeAt < 0 ? [] : lines.slice(negativeAt);
  return {
    Prompt: prompt.join('\n'),
    'Negative prompt': negative.join('\n').slice(negativeLabel.length),
    ...Object.fromEntries(
      [...facts.matchAll(/([\w /-]{1,64}): ("(?:[^"\\]|\\.)*"|[^,]*)(?:, |$)/g)].map(
        ([, name = '', value = '']) => [name.trim(), value],
      ),
    ),
  };
}

import type { TaskWithOutputs } from '@star-graph/core/work/tasks/findTasks';
import { samplerNames, schedulerNames } from '@star-graph/workflows/shared/samplerNames';
import { version } from '../../version.ts';

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

import type { ApiClient } from '@star-graph/client/index';
import type { TranslationView } from '@star-graph/contract/tasks/translation';
import { LaunchFailure } from '../../launcher/failure.ts';
import type { Display } from './display.ts';
import type { WorkflowRun } from './runWorkflow.ts';

/**
 * What to run to make the result of a task again with another workflow; says what changes.
 * @throws LaunchFailure naming what that workflow needs beside it.
 */
export async function translateAgain(
  { client, display, signal }: { client: ApiClient; display: Display; signal: AbortSignal },
  { taskId, workflow }: { taskId: string; workflow: string },
): Promise<Pick<WorkflowRun, 'values' | 'images'>> {
  const translated = await client.translateTask({ params: { id: taskId }, query: { workflow } }, { signal });
  const needed = namesOf(translated, 'needed');
  if (needed !== '')
    throw new LaunchFailure(
      `${workflow} also needs ${needed}. Run it by its own name: "npm run try -- ${workflow} --help".`,
    );
  for (const { code, param, from, to } of translated.notes)
    if (code === 'size' || code === 'nearest') display.say(`${param}: ${show(from)} became ${show(to)}.`);
  const left = namesOf(translated, 'dropped', 'default');
  if (left !== '') display.say(`Left out or set anew: ${left}.`);
  return { values: translated.params, images: [] };
}

const namesOf = ({ notes }: TranslationView, ...codes: string[]): string =>
  [...new Set(notes.filter(({ code }) => codes.includes(code)).map(({ param }) => param))].join(', ');

function show(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'width' in value && 'height' in value)
    return `${String(value.width)} × ${String(value.height)}`;
  return String(value);
}

import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { useEffect, useState } from 'preact/hooks';
import { findLocale, translate } from '../../i18n/translate.ts';
import { background } from '../messaging/rpcClient.ts';

type NamedTask = Pick<TaskView, 'type' | 'workflow'>;

/** Behind the console's strip of films: no list of workflows has it. */
const filmEditName = 'edit-film';

/** What tasks made: their kind, or the title of a workflow that has none. Until that is known, its own name stands there. */
export function useTaskNames(tasks: readonly NamedTask[]): (task: NamedTask) => string {
  const [titles, setTitles] = useState<ReadonlyMap<string, string>>(new Map());
  const ofOperators = tasks.flatMap(({ type, workflow }) => (type === 'custom' ? [workflow.name] : []));
  // One that left the catalogue is not asked for again and again.
  const asked = [...new Set(ofOperators)].sort().join(' ');
  useEffect(() => {
    if (asked === '') return;
    background.listWorkflows().then(
      (listed) => setTitles(new Map(listed.map(({ name, title }) => [name, title[findLocale()]]))),
      // The page itself says what is wrong.
      () => {},
    );
  }, [asked]);
  return ({ type, workflow: { name } }) => {
    if (type !== 'custom') return translate(`filter_${type}`);
    return name === filmEditName ? translate('filmEdit') : (titles.get(name) ?? name);
  };
}

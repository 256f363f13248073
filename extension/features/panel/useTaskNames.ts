import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { useEffect, useState } from 'preact/hooks';
import { findLocale, translate } from '../../i18n/translate.ts';
import { background } from '../messaging/rpcClient.ts';

type NamedTask = Pick<TaskView, 'type' | 'workflow'>;

/** Behind the console's strip of films: no list of workflows has it. */
const filmEditName = 'edit-film';

/** What tasks made, by the titles of their workflows. Until these are known, a workflow's own name stands there. */
export function useTaskNames(tasks: readonly NamedTask[]): (task: NamedTask) => string {
  const [titles, setTitles] = useState<ReadonlyMap<string, string>>(new Map());
  const others = tasks.flatMap(({ type, workflow: { name } }) =>
    type === name || type === 'graph' ? [] : [name],
  );
  // One that left the catalogue is not asked for again and again.
  const asked = [...new Set(others)].sort().join(' ');
  useEffect(() => {
    if (asked === '') return;
    background.listWorkflows().then(
      (listed) => setTitles(new Map(listed.map(({ name, title }) => [name, title[findLocale()]]))),
      // The page itself says what is wrong.
      () => {},
    );
  }, [asked]);
  return ({ type, workflow: { name } }) => {
    // A kind is named after its first workflow; no list has a graph of the person's own.
    if (type !== 'custom' && (type === name || type === 'graph')) return translate(`filter_${type}`);
    return name === filmEditName ? translate('filmEdit') : (titles.get(name) ?? name);
  };
}

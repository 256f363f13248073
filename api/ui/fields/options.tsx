import { Check, type IconNode } from 'lucide';
import type { ComponentChild } from 'preact';
import { Icon } from '../icons/Icon.tsx';

/** What Select and Combobox choose from. */
export interface Option<Value extends string = string> {
  value: Value;
  label: string;
  /** Under the label, quiet. */
  description?: string | undefined;
  icon?: IconNode;
  /** An `<img>`, as a model's sample. */
  picture?: ComponentChild;
  /** Options of one group stand together under its name. */
  group?: string | undefined;
  disabled?: boolean;
}

interface Group<Value extends string> {
  group: string | undefined;
  members: Option<Value>[];
}

/** In the order in which the groups first appear. */
export function groupOptions<Value extends string>(options: readonly Option<Value>[]): Group<Value>[] {
  const groups = Map.groupBy(options, ({ group }) => group);
  return [...groups].map(([group, members]) => ({ group, members }));
}

export const OptionContent = ({ option, isChosen }: { option: Option; isChosen: boolean }) => (
  <>
    {option.picture && <span class="sg-option-picture">{option.picture}</span>}
    {option.icon && <Icon icon={option.icon} />}
    <span class="sg-option-words" dir="auto">
      <span>{option.label}</span>
      {option.description && <span class="sg-option-hint">{option.description}</span>}
    </span>
    {isChosen && <Icon icon={Check} />}
  </>
);

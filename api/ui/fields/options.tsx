import { Check, type IconNode } from 'lucide';
import type { ComponentChild, HTMLAttributes } from 'preact';
import { Icon } from '../Icon.tsx';
import { Overlay } from '../overlays/OverlayPlace.tsx';
import './Field.css';
import '../overlays/floats.css';

/** What Select and Combobox choose from. */
export interface Option<Value extends string = string> {
  value: Value;
  label: string;
  /** Under the label, quiet. */
  description?: string | undefined;
  /** Below it, each a part of one line. */
  facts?: ComponentChild;
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
      {option.facts && <span class="sg-option-facts">{option.facts}</span>}
    </span>
    {isChosen && <Icon icon={Check} />}
  </>
);

/** How the machines of both read their options. */
export const optionReading = {
  itemToValue: (option: Option) => option.value,
  itemToString: (option: Option) => option.label,
  isItemDisabled: (option: Option) => option.disabled ?? false,
};

/** Where the list of both opens. */
export const listPlace = { sameWidth: true, gutter: 4, strategy: 'fixed' } as const;

/** What the machine of each says of the parts of its list. */
interface ListParts {
  getPositionerProps(): HTMLAttributes<HTMLDivElement>;
  getContentProps(): HTMLAttributes<HTMLDivElement>;
  getItemGroupProps(props: { id: string }): HTMLAttributes<HTMLDivElement>;
  getItemGroupLabelProps(props: { htmlFor: string }): HTMLAttributes<HTMLDivElement>;
  getItemProps(props: { item: Option }): HTMLAttributes<HTMLDivElement>;
}

interface OptionListProps {
  parts: ListParts;
  options: readonly Option[];
  value: string | undefined;
  /** Where there are no options. */
  none?: string;
}

/** The open list of Select and Combobox. */
export const OptionList = ({ parts, options, value, none }: OptionListProps) => (
  <Overlay>
    <div {...parts.getPositionerProps()} class="sg-float-place">
      <div {...parts.getContentProps()} class="sg-float sg-options">
        {options.length === 0 && none !== undefined && <div class="sg-option-none">{none}</div>}
        {groupOptions(options).map(({ group, members }) => (
          <div key={group ?? ''} {...parts.getItemGroupProps({ id: group ?? '' })}>
            {group && (
              <div {...parts.getItemGroupLabelProps({ htmlFor: group })} class="sg-option-group">
                {group}
              </div>
            )}
            {members.map((option) => (
              <div key={option.value} {...parts.getItemProps({ item: option })} class="sg-option">
                <OptionContent option={option} isChosen={option.value === value} />
              </div>
            ))}
          </div>
        ))}
      </div>
    </div>
  </Overlay>
);

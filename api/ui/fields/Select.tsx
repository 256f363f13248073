import { normalizeProps, useMachine } from '@zag-js/preact';
import * as select from '@zag-js/select';
import { ChevronDown } from 'lucide';
import { useContext, useId, useMemo } from 'preact/hooks';
import { Icon } from '../icons/Icon.tsx';
import { Overlay, useSurroundings } from '../overlays/OverlayPlace.tsx';
import { FieldContext, useFieldLink } from './fieldLink.ts';
import { groupOptions, type Option, OptionContent } from './options.tsx';
import './Field.css';
import '../overlays/floats.css';

export interface SelectProps<Value extends string> {
  options: readonly Option<Value>[];
  value: Value | undefined;
  onChange: (value: Value) => void;
  placeholder?: string;
  disabled?: boolean;
  /** Only outside of a Field. */
  label?: string;
}

/** One of many, with type-ahead. For a few that fit on a line take Segmented. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  const { options, value, onChange, placeholder, disabled, label } = props;
  const field = useContext(FieldContext);
  const { id, ...link } = useFieldLink(label);
  const collection = useMemo(
    () =>
      select.collection({
        items: options,
        itemToValue: (option) => option.value,
        itemToString: (option) => option.label,
        isItemDisabled: (option) => option.disabled ?? false,
      }),
    [options],
  );
  const service = useMachine(select.machine, {
    id: useId(),
    ids: { trigger: id, label: field?.labelId },
    ...useSurroundings(),
    collection,
    value: value === undefined ? [] : [value],
    disabled,
    invalid: link['aria-invalid'],
    positioning: { sameWidth: true, gutter: 4, strategy: 'fixed' },
    onValueChange: ({ value: [chosen] }) => chosen !== undefined && onChange(chosen as Value),
  });
  const api = select.connect(service, normalizeProps);
  const chosen = options.find((option) => option.value === value);
  const named = label === undefined ? {} : { 'aria-label': label, 'aria-labelledby': undefined };
  return (
    <div {...api.getRootProps()} class="sg-select">
      <button
        {...api.getTriggerProps()}
        {...named}
        aria-describedby={link['aria-describedby']}
        class="sg-input"
      >
        {chosen?.picture && <span class="sg-select-picture">{chosen.picture}</span>}
        {chosen?.icon && <Icon icon={chosen.icon} />}
        <span class={chosen ? 'sg-select-value sg-cut' : 'sg-select-value sg-faint'} dir="auto">
          {chosen?.label ?? placeholder}
        </span>
        <Icon icon={ChevronDown} />
      </button>
      {api.open && (
        <Overlay>
          <div {...api.getPositionerProps()} class="sg-float-place">
            <div {...api.getContentProps()} class="sg-float sg-options">
              {groupOptions(options).map(({ group, members }) => (
                <div key={group ?? ''} {...api.getItemGroupProps({ id: group ?? '' })}>
                  {group && (
                    <div {...api.getItemGroupLabelProps({ htmlFor: group })} class="sg-option-group">
                      {group}
                    </div>
                  )}
                  {members.map((option) => (
                    <div key={option.value} {...api.getItemProps({ item: option })} class="sg-option">
                      <OptionContent option={option} isChosen={option.value === value} />
                    </div>
                  ))}
                </div>
              ))}
            </div>
          </div>
        </Overlay>
      )}
    </div>
  );
}

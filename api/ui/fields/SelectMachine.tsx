import { normalizeProps, useMachine } from '@zag-js/preact';
import * as select from '@zag-js/select';
import { useContext, useId, useMemo } from 'preact/hooks';
import { Overlay, type TriggerAttributes, useSurroundings } from '../overlays/OverlayPlace.tsx';
import type { PressedProps } from '../parts/pressPart.tsx';
import { FieldContext } from './fieldLink.ts';
import { groupOptions, OptionContent } from './options.tsx';
import { SelectButton, type SelectProps } from './SelectButton.tsx';
import '../overlays/floats.css';

/** A select that can be opened. */
export function SelectMachine({ triggerId, ...props }: SelectProps<string> & PressedProps) {
  const { options, value, onChange, disabled } = props;
  const field = useContext(FieldContext);
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
    ids: { trigger: triggerId, label: field?.labelId },
    ...useSurroundings(),
    collection,
    value: value === undefined ? [] : [value],
    disabled,
    invalid: field?.isInvalid,
    positioning: { sameWidth: true, gutter: 4, strategy: 'fixed' },
    onValueChange: ({ value: [chosen] }) => chosen !== undefined && onChange(chosen),
  });
  const api = select.connect(service, normalizeProps);
  return (
    <div {...api.getRootProps()} class="sg-select">
      <SelectButton {...props} attributes={api.getTriggerProps() as TriggerAttributes} />
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

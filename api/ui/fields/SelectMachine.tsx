import { normalizeProps, useMachine } from '@zag-js/preact';
import * as select from '@zag-js/select';
import { useContext, useId, useMemo } from 'preact/hooks';
import { type TriggerAttributes, useSurroundings } from '../overlays/OverlayPlace.tsx';
import type { PressedProps } from '../pressPart.tsx';
import { FieldContext } from './fieldLink.ts';
import { listPlace, OptionList, optionReading } from './options.tsx';
import { SelectButton, type SelectProps } from './SelectButton.tsx';

/** A select that can be opened. */
export function SelectMachine({ triggerId, ...props }: SelectProps<string> & PressedProps) {
  const { options, value, onChange, disabled } = props;
  const field = useContext(FieldContext);
  const collection = useMemo(() => select.collection({ items: options, ...optionReading }), [options]);
  const service = useMachine(select.machine, {
    id: useId(),
    ids: { trigger: triggerId, label: field?.labelId },
    ...useSurroundings(),
    collection,
    value: value === undefined ? [] : [value],
    disabled,
    invalid: field?.isInvalid,
    positioning: listPlace,
    onValueChange: ({ value: [chosen] }) => chosen !== undefined && onChange(chosen),
  });
  const api = select.connect(service, normalizeProps);
  return (
    <div {...api.getRootProps()} class="sg-select">
      <SelectButton {...props} attributes={api.getTriggerProps() as TriggerAttributes} />
      {api.open && <OptionList parts={api} options={options} value={value} />}
    </div>
  );
}

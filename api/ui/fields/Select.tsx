import { isOpeningKey, pressPart } from '../pressPart.tsx';
import { useFieldLink } from './fieldLink.ts';
import { SelectButton, type SelectProps } from './SelectButton.tsx';

const choosingKeys = new Set(['ArrowLeft', 'ArrowRight', 'Home', 'End']);

const PressedSelect = pressPart<SelectProps<string>>(
  async () => (await import('./SelectMachine.tsx')).SelectMachine,
  ({ attributes, triggerId: _, ...props }) => (
    <div class="sg-select">
      <SelectButton
        {...props}
        attributes={{ ...attributes, type: 'button', role: 'combobox', 'aria-haspopup': 'listbox' }}
      />
    </div>
  ),
  // A letter finds an option while it is closed, too.
  (event) => isOpeningKey(event) || choosingKeys.has(event.key) || event.key.length === 1,
);

/** One of many, with type-ahead. For a few that fit on a line take Segmented. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  const { id } = useFieldLink(props.label);
  return <PressedSelect {...props} triggerId={id} />;
}

import * as combobox from '@zag-js/combobox';
import { normalizeProps, useMachine } from '@zag-js/preact';
import { ChevronDown, type IconNode } from 'lucide';
import { useContext, useId, useMemo, useState } from 'preact/hooks';
import { Icon } from '../Icon.tsx';
import { useSurroundings } from '../overlays/OverlayPlace.tsx';
import { defineTexts } from '../texts/defineTexts.ts';
import { FieldContext, useFieldLink } from './fieldLink.ts';
import { listPlace, type Option, OptionList, optionReading } from './options.tsx';

const texts = defineTexts({
  open: { en: 'Show all', 'zh-CN': '显示全部' },
  none: { en: 'Nothing matches', 'zh-CN': '没有匹配项' },
});

export interface ComboboxProps<Value extends string> {
  options: readonly Option<Value>[];
  value: Value | undefined;
  onChange: (value: Value | undefined) => void;
  /** What is typed, for options that a server finds; then they are not filtered here. */
  onSearch?: (text: string) => void;
  /** What is typed is a value too. */
  allowOwn?: boolean;
  placeholder?: string;
  icon?: IconNode;
  disabled?: boolean;
  /** Only outside of a Field. */
  label?: string;
}

/** One of many, found by typing a part of its name or description. */
export function Combobox<Value extends string>(props: ComboboxProps<Value>) {
  const { options, value, onChange, onSearch, allowOwn = false, placeholder, icon, disabled, label } = props;
  const field = useContext(FieldContext);
  const { id, ...link } = useFieldLink(label);
  const [search, setSearch] = useState('');
  const found = useMemo(
    () => (onSearch ? options : options.filter((option) => matches(option, search))),
    [options, onSearch, search],
  );
  const collection = useMemo(() => combobox.collection({ items: found, ...optionReading }), [found]);
  const service = useMachine(combobox.machine, {
    id: useId(),
    ids: { input: id, label: field?.labelId },
    ...useSurroundings(),
    collection,
    value: value === undefined ? [] : [value],
    disabled,
    placeholder,
    invalid: link['aria-invalid'],
    required: link['aria-required'],
    allowCustomValue: allowOwn,
    inputBehavior: allowOwn ? 'none' : 'autohighlight',
    openOnClick: true,
    positioning: listPlace,
    translations: { triggerLabel: texts.open },
    // Opened by typing it shows what was found, and opened by hand it shows all.
    onOpenChange: ({ open, reason }) => open && reason !== 'input-change' && setSearch(''),
    onInputValueChange: ({ inputValue, reason }) => {
      if (reason !== 'input-change') return;
      setSearch(inputValue);
      onSearch?.(inputValue);
      if (allowOwn) onChange((inputValue || undefined) as Value | undefined);
    },
    onValueChange: ({ value: [chosen] }) => onChange(chosen as Value | undefined),
  });
  const api = combobox.connect(service, normalizeProps);
  const { 'aria-label': named, 'aria-describedby': described } = link;
  return (
    <div {...api.getRootProps()}>
      <div {...api.getControlProps()} class="sg-input">
        {icon && <Icon icon={icon} />}
        <input
          {...api.getInputProps()}
          aria-label={named}
          aria-describedby={described}
          type="text"
          role="combobox"
          aria-expanded={api.open}
          dir="auto"
        />
        <button {...api.getTriggerProps()} class="sg-input-end" tabIndex={-1}>
          <Icon icon={ChevronDown} />
        </button>
      </div>
      {api.open && <OptionList parts={api} options={found} value={value} none={texts.none} />}
    </div>
  );
}

function matches({ label, description = '' }: Option, search: string): boolean {
  const text = `${label} ${description}`.toLocaleLowerCase();
  return search
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

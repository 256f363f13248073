import { Combobox } from '@star-graph/ui/fields/Combobox.tsx';
import type { Option } from '@star-graph/ui/fields/options.tsx';
import { User } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../../session/session.ts';
import { keepName, nameOf } from './personNames.ts';

interface Props {
  /** Only outside of a Field. */
  label?: string;
  placeholder: string;
  value: string | undefined;
  onChange(id: string | undefined): void;
}

/** How long the search waits for the next letter. */
const typingPauseMs = 250;

/** A person, found as the list of people finds them; emptied, it stands for everybody. */
export function PersonPicker({ label, placeholder, value, onChange }: Props) {
  const [typed, setTyped] = useState('');
  const [found, setFound] = useState<Option[]>([]);
  useEffect(() => {
    const search = typed.trim();
    const abort = new AbortController();
    const pause = setTimeout(async () => {
      const query = { limit: 10, ...(search && { search }) };
      try {
        const { items } = await api.adminListUsers({ query }, { signal: abort.signal });
        for (const person of items) keepName(person);
        setFound(items.map((person) => ({ value: person.id, label: nameOf(person) })));
      } catch {
        // The list stays as it was: typing further asks again, and the view tells when the server is away.
      }
    }, typingPauseMs);
    return () => {
      clearTimeout(pause);
      abort.abort();
    };
  }, [typed]);
  const search = (text: string) => {
    setTyped(text);
    if (text === '') onChange(undefined);
  };
  return (
    <Combobox
      {...(label !== undefined && { label })}
      placeholder={placeholder}
      icon={User}
      options={found}
      value={value}
      onChange={onChange}
      onSearch={search}
    />
  );
}

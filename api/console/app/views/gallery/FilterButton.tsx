import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import type { Option } from '@star-graph/ui/fields/options.tsx';
import { Select } from '@star-graph/ui/fields/Select.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { Popover } from '@star-graph/ui/overlays/Popover.tsx';
import { language } from '@star-graph/ui/texts/language';
import { Funnel } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import { listModels, loadModels, workflows } from '../../data/catalogue.ts';
import { useResource } from '../../data/useResource.ts';
import { api } from '../../session/session.ts';
import { loadStyles, styles } from '../create/workflows/styles.ts';
import { type GalleryFilter, shapes } from './galleryFilter.ts';
import { texts } from './texts.ts';

interface FilterProps {
  filter: GalleryFilter;
  onChange(query: Readonly<Record<string, string | undefined>>): void;
}

const named = ['tag', 'workflow', 'model', 'style', 'shape', 'seed'] as const;

/** By what a picture was made with, and by its shape. */
export function FilterButton({ filter, onChange }: FilterProps) {
  const count = named.filter((name) => filter.query[name] !== undefined).length;
  return (
    <Popover
      title={texts.filters}
      placement="bottom-end"
      trigger={(attributes) => (
        <Button {...attributes} look="quiet" icon={Funnel} class="gallery-way" aria-pressed={count > 0}>
          <span>{count === 0 ? texts.filters : texts.filtersOn(count)}</span>
        </Button>
      )}
    >
      {() => <Filters filter={filter} onChange={onChange} />}
    </Popover>
  );
}

function Filters({ filter: { query }, onChange }: FilterProps) {
  useEffect(() => {
    // Without them the other filters serve.
    loadModels().catch(() => {});
    void loadStyles();
  }, []);
  const put = (name: (typeof named)[number]) => (value: string) => onChange({ ...query, [name]: value });
  const tags = useResource((signal) => api.listTags({}, { signal }), []);
  const shown = language.value;
  const [seed, setSeed] = useState(query.seed ?? '');
  return (
    <form
      class="gallery-filters"
      onSubmit={(event) => {
        event.preventDefault();
        put('seed')(seed.trim());
      }}
    >
      <Choice
        label={texts.tag}
        value={query.tag}
        options={(tags.value?.tags ?? []).map((value) => ({ value, label: value }))}
        onChange={put('tag')}
      />
      <Choice
        label={texts.workflow}
        value={query.workflow}
        options={(workflows.value ?? []).map(({ name, title }) => ({ value: name, label: title[shown] }))}
        onChange={put('workflow')}
      />
      <Choice
        label={texts.model}
        value={query.model}
        options={listModels().map(({ name, title }) => ({ value: name, label: title[shown] }))}
        onChange={put('model')}
      />
      <Choice
        label={texts.style}
        value={query.style}
        options={styles.value.map(({ name, title }) => ({ value: name, label: title[shown] }))}
        onChange={put('style')}
      />
      <Choice
        label={texts.shape}
        value={query.shape}
        options={shapes.map((value) => ({ value, label: texts[value] }))}
        onChange={put('shape')}
      />
      <Field label={texts.seed}>
        <TextField
          value={seed}
          onChange={setSeed}
          inputMode="numeric"
          maxLength={16}
          onBlur={() => put('seed')(seed.trim())}
        />
      </Field>
      <Button
        disabled={named.every((name) => query[name] === undefined)}
        onClick={() => {
          setSeed('');
          onChange({ ...query, ...Object.fromEntries(named.map((name) => [name, undefined])) });
        }}
      >
        {texts.showAll}
      </Button>
    </form>
  );
}

interface ChoiceProps {
  label: string;
  value: string | undefined;
  options: readonly Option[];
  onChange(value: string): void;
}

const any = 'any';

/** One of those that are on offer; what the address names stays chosen when it is not. */
function Choice({ label, value, options, onChange }: ChoiceProps) {
  const isKnown = value === undefined || options.some((option) => option.value === value);
  return (
    <Field label={label}>
      <Select
        options={[
          { value: any, label: texts.any },
          ...(isKnown ? [] : [{ value, label: value }]),
          ...options.filter((option, at) => options.findIndex((one) => one.value === option.value) === at),
        ]}
        value={value ?? any}
        onChange={(chosen) => onChange(chosen === any ? '' : chosen)}
      />
    </Field>
  );
}

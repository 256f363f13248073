import { Button, LinkButton } from '@star-graph/ui/controls/Button.tsx';
import { TextField } from '@star-graph/ui/fields/TextField.tsx';
import { FilterChips } from '@star-graph/ui/layout/FilterChips.tsx';
import { ArchiveRestore, Folder, Layers, Search } from 'lucide';
import { useEffect, useRef, useState } from 'preact/hooks';
import { AddButton } from './AddFiles.tsx';
import { CollectionHead } from './collections/CollectionHead.tsx';
import { texts as collectionTexts } from './collections/texts.ts';
import { texts as deletedTexts } from './deletedTexts.ts';
import { FilterButton } from './FilterButton.tsx';
import { type GalleryFilter, kinds, media, readFilter } from './galleryFilter.ts';
import type { StackSwitch } from './grid/useStacks.ts';
import { MonthMenu } from './MonthMenu.tsx';
import { SortMenu } from './SortMenu.tsx';
import { texts } from './texts.ts';

interface GalleryHeadProps {
  filter: GalleryFilter;
  /** @param isTyping whether it goes on with the last change: no step back for each letter */
  onChange(filter: GalleryFilter, isTyping: boolean): void;
  /** A picture was added. */
  onAdded(): void;
  folding: StackSwitch;
}

/** How long nobody types before it is searched. */
const restMs = 250;

export function GalleryHead({ filter, onChange, onAdded, folding }: GalleryHeadProps) {
  const { query } = filter;
  const change = (next: Readonly<Record<string, string | undefined>>, isTyping = false) =>
    onChange(readFilter(next), isTyping);
  const values = [query.media, query.kind, query.favourite && 'favourite'].filter(
    (each) => each !== undefined,
  );
  return (
    <header class="gallery-head">
      {filter.collection === undefined ? (
        <h1 class="gallery-title">{texts.title}</h1>
      ) : (
        <CollectionHead id={filter.collection} />
      )}
      <SearchField
        value={query.q ?? ''}
        onSearch={(q) => change({ ...query, q }, q !== '' && query.q !== undefined)}
      />
      <FilterChips
        label={texts.filter}
        options={[
          { value: 'image', label: texts.image },
          { value: 'video', label: texts.video },
          { value: 'audio', label: texts.audio },
          { value: 'text', label: texts.text },
          { value: 'model3d', label: texts.model3d },
          { value: 'output', label: texts.output },
          { value: 'input', label: texts.input },
          { value: 'favourite', label: texts.favourites },
        ]}
        values={values}
        onChange={(chosen) => {
          // Of two that exclude one another the one that was just pressed counts.
          const last = (among: readonly string[]) =>
            chosen.filter((value) => among.includes(value)).at(-1) ?? '';
          const favourite = chosen.includes('favourite') ? 'true' : '';
          change({ ...query, media: last(media), kind: last(kinds), favourite });
        }}
      />
      <div class="gallery-ways">
        <FilterButton filter={filter} onChange={change} />
        <SortMenu sort={query.sort} onChange={(sort) => change({ ...query, sort })} />
        {filter.isWhole && (
          <Button
            look="quiet"
            icon={Layers}
            class="gallery-way"
            aria-pressed={folding.isOn}
            title={texts.stacksHint}
            onClick={folding.toggle}
          >
            <span>{texts.stacks}</span>
          </Button>
        )}
        {filter.collection === undefined && (
          <>
            <AddButton onAdded={onAdded} />
            <MonthMenu until={query.until} onChange={(until) => change({ ...query, until: until ?? '' })} />
            <LinkButton look="quiet" icon={Folder} href="/collections" class="gallery-way">
              <span>{collectionTexts.title}</span>
            </LinkButton>
            <LinkButton look="quiet" icon={ArchiveRestore} href="/gallery/deleted" class="gallery-way">
              <span>{deletedTexts.title}</span>
            </LinkButton>
          </>
        )}
      </div>
    </header>
  );
}

function SearchField({ value, onSearch }: { value: string; onSearch(text: string): void }) {
  const [text, setText] = useState(value);
  const searched = useRef(value);
  const latest = useRef(onSearch);
  latest.current = onSearch;
  // The address was changed by other means, as by going back.
  useEffect(() => {
    if (value === searched.current) return;
    searched.current = value;
    setText(value);
  }, [value]);
  useEffect(() => {
    const wanted = text.trim();
    if (wanted === searched.current) return;
    const timer = setTimeout(() => {
      searched.current = wanted;
      latest.current(wanted);
    }, restMs);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div class="gallery-search">
      <TextField
        type="search"
        icon={Search}
        label={texts.search}
        placeholder={texts.search}
        clearLabel={texts.clearSearch}
        value={text}
        onChange={setText}
        enterKeyHint="search"
        maxLength={200}
      />
    </div>
  );
}

import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Menu } from '@star-graph/ui/overlays/Menu.tsx';
import { ArrowDownUp } from 'lucide';
import { type GalleryFilter, sorts } from './galleryFilter.ts';
import { texts } from './texts.ts';

type Sort = GalleryFilter['query']['sort'];

/** What comes first. */
export function SortMenu({ sort, onChange }: { sort: Sort; onChange(sort: Sort): void }) {
  const name = texts[`${sort ?? 'newest'}First`];
  return (
    <Menu
      label={texts.sort}
      trigger={(attributes) => (
        <Button
          {...attributes}
          look="quiet"
          icon={ArrowDownUp}
          class="gallery-way"
          aria-label={`${texts.sort}: ${name}`}
          aria-pressed={sort !== undefined}
        >
          <span>{name}</span>
        </Button>
      )}
      items={([undefined, ...sorts] as const).map((each) => ({
        id: each ?? 'newest',
        label: texts[`${each ?? 'newest'}First`],
        checked: each === sort,
        onSelect: () => onChange(each),
      }))}
    />
  );
}

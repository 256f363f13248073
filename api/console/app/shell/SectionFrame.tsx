import { Icon } from '@star-graph/ui/Icon.tsx';
import type { IconNode } from 'lucide';
import { type ComponentType, Fragment } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { NotFound } from './NotFound.tsx';
import './sections.css';

/** A room of a view, with an address of its own. */
export interface ViewSection {
  name: string;
  title(): string;
  /** The small heading that it stands under; those of one group stand together. */
  group?(): string;
  icon: IconNode;
  /** The section that it is a part of: it has an address, and no place of its own in the line of sections. */
  partOf?: string;
  component: ComponentType;
}

interface Props {
  /** What the sections are of, read aloud. */
  label: string;
  /** The addresses of all parts begin with this path. */
  path: string;
  sections: readonly ViewSection[];
  /** By the address; without one the first is shown. */
  section: string | undefined;
}

/** The frame of a view that has sections. */
export function SectionFrame({ label, path, sections, section }: Props) {
  const asked = section === undefined ? sections[0] : sections.find(({ name }) => name === section);
  const here = asked?.partOf === undefined ? asked : sections.find(({ name }) => name === asked.partOf);
  const nav = useRef<HTMLElement>(null);
  // On a phone they stand in a line that is wider than the page.
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [here?.name]);
  if (!here) return <NotFound />;
  const shown = sections.filter(({ partOf }) => partOf === undefined);
  const Section = here.component;
  return (
    <div class="sections">
      <nav class="sections-nav" aria-label={label} ref={nav}>
        {shown.map(({ name, title, icon, group }, index) => (
          <Fragment key={name}>
            {group && group() !== shown[index - 1]?.group?.() && <p class="sections-group">{group()}</p>}
            <a href={`${path}/${name}`} aria-current={name === here.name ? 'page' : undefined}>
              <Icon icon={icon} />
              {title()}
            </a>
          </Fragment>
        ))}
      </nav>
      <div class="sections-place">
        <Section key={here.name} />
      </div>
    </div>
  );
}

import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Menu } from '@star-graph/ui/overlays/Menu.tsx';
import { formatLongMonth, formatNumber } from '@star-graph/ui/texts/formats';
import { CalendarDays } from 'lucide';
import { useState } from 'preact/hooks';
import { api } from '../../session/session.ts';
import { sayProblem } from './changes.ts';
import { startOfMonth } from './galleryFilter.ts';
import { texts } from './texts.ts';

interface MonthMenuProps {
  /** The newest that is shown, as `2026-11`; undefined: all. */
  until: string | undefined;
  onChange(until: string | undefined): void;
}

const nameMonth = (month: string): string => formatLongMonth(startOfMonth(month));

/** Leads to a month without scrolling through all that is newer. */
export function MonthMenu({ until, onChange }: MonthMenuProps) {
  const [months, setMonths] = useState<readonly { month: string; count: number }[]>([]);
  const load = () => {
    const utcOffset = -new Date().getTimezoneOffset();
    api.getAssetTimeline({ query: { utcOffset } }).then((found) => setMonths(found.months), sayProblem);
  };
  return (
    <Menu
      label={texts.goToMonth}
      trigger={(attributes) => (
        <Button
          {...attributes}
          look="quiet"
          icon={CalendarDays}
          class="gallery-way"
          aria-label={until === undefined ? texts.goToMonth : texts.untilMonth(nameMonth(until))}
          onPointerEnter={load}
          onFocus={load}
        >
          <span>{until === undefined ? texts.month : nameMonth(until)}</span>
        </Button>
      )}
      items={[
        {
          id: 'newest',
          label: texts.newest,
          checked: until === undefined,
          onSelect: () => onChange(undefined),
        },
        months.length > 0 && 'line',
        ...months.map(({ month, count }) => ({
          id: month,
          label: nameMonth(month),
          hint: formatNumber(count),
          checked: month === until,
          onSelect: () => onChange(month),
        })),
      ]}
    />
  );
}

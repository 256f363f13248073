import { Icon } from '@star-graph/ui/Icon.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { formatDuration } from '@star-graph/ui/texts/formats';
import { ChevronRight, CircleCheck, TriangleAlert } from 'lucide';
import type { Need } from './findNeeds.ts';
import { texts } from './texts.ts';

/** What is wrong or waits, each leading to where it is put right. */
export function NeedList({ needs }: { needs: readonly Need[] }) {
  if (needs.length === 0)
    return (
      <p class="admin-well" role="status">
        <Icon icon={CircleCheck} />
        {texts.allWell}
      </p>
    );
  return (
    <Card flush title={texts.needsYou}>
      <ul class="admin-needs">
        {needs.map((need) => (
          <li key={need.kind} data-tone={need.tone}>
            <a href={need.href}>
              <Icon icon={TriangleAlert} />
              <span>{say(need)}</span>
              <Icon icon={ChevronRight} />
            </a>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function say({ kind, count }: Need): string {
  switch (kind) {
    case 'no-servers':
      return texts.noServers;
    case 'only-placeholder':
      return texts.onlyPlaceholder;
    case 'servers-down':
      return texts.serversDown(count);
    case 'paused':
      return texts.paused;
    case 'no-plan':
      return texts.noPlan;
    case 'long-wait':
      return texts.longWait(formatDuration(count));
    case 'maintenance':
      return texts.maintenance;
    case 'ledger':
      return texts.ledgerWrong;
    case 'no-backup':
      return texts.noBackup;
    case 'old-backup':
      return texts.oldBackup(formatDuration(count));
    case 'failed-backup':
      return texts.failedBackup;
    case 'broken-backup':
      return texts.brokenBackup;
    case 'mismatched-orders':
      return texts.mismatched(count);
    case 'reports':
      return texts.reports(count);
    case 'undelivered':
      return texts.undelivered(count);
    case 'set-aside':
      return texts.setAside(count);
    case 'locked-sign-ins':
      return texts.lockedSignIns(count);
    case 'ignored-settings':
      return texts.ignored(count);
  }
}

import { Button } from '@star-graph/ui/controls/Button.tsx';
import { texts } from './texts.ts';

/** Closes a form of the drawer without doing what it is for. */
export const LeaveButton = ({ onLeave }: { onLeave: () => void }) => (
  <Button size="small" look="quiet" onClick={onLeave}>
    {texts.leave}
  </Button>
);

import { Chip } from '@star-graph/ui/feedback/Chip.tsx';
import { ConnectionDot } from '@star-graph/ui/feedback/ConnectionDot.tsx';
import { CloudOff } from 'lucide';
import { translate } from '../../i18n/translate.ts';
import type { ConnectionView } from '../messaging/protocol.ts';

/** A connection that works shows as a dot, since nobody needs to read it; a broken one is said in words. */
export const ConnectionLine = ({ state }: { state: ConnectionView }) => (
  <span class="connection" data-connection={state}>
    {state === 'connected' || state === 'connecting' ? (
      <ConnectionDot state={state} />
    ) : (
      <span role="status">
        <Chip tone="bad" icon={CloudOff}>
          {translate(state === 'idle' ? 'connectionIdle' : 'problem_signed_out')}
        </Chip>
      </span>
    )}
  </span>
);

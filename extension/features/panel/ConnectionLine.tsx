import { translate } from '../../i18n/translate.ts';
import type { ConnectionView } from '../messaging/protocol.ts';

const keys = {
  connected: 'connectionConnected',
  connecting: 'connectionConnecting',
  signedOut: 'problem_signed_out',
  idle: 'connectionIdle',
} as const;

/** A dot; words only when it is broken. */
export const ConnectionLine = ({ state }: { state: ConnectionView }) => {
  const words = translate(keys[state]);
  const isWorking = state === 'connected' || state === 'connecting';
  return (
    <p class="connection" role="status" data-connection={state} title={words}>
      <span class={isWorking ? 'sg-hidden' : undefined}>{words}</span>
    </p>
  );
};

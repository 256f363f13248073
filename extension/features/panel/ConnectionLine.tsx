import { translate } from '../../i18n/translate.ts';
import type { ConnectionView } from '../messaging/protocol.ts';

const keys = {
  connected: 'connectionConnected',
  connecting: 'connectionConnecting',
  signedOut: 'problem_signed_out',
  idle: 'connectionIdle',
} as const;

export const ConnectionLine = ({ state }: { state: ConnectionView }) => (
  <p class={`small ${state === 'connected' ? 'good' : 'faint'}`} role="status" data-connection={state}>
    {translate(keys[state])}
  </p>
);

import { defineTexts } from '../texts/defineTexts.ts';
import './feedback.css';

const texts = defineTexts({
  connected: { en: 'Connected', 'zh-CN': '已连接' },
  connecting: { en: 'Connecting…', 'zh-CN': '正在连接…' },
  broken: { en: 'No connection', 'zh-CN': '连接断开' },
  offline: { en: 'Offline', 'zh-CN': '离线' },
});

type ConnectionState = 'connected' | 'connecting' | 'broken' | 'offline';

/** A dot; words only when it is broken. */
export function ConnectionDot({ state }: { state: ConnectionState }) {
  const isBroken = state === 'broken' || state === 'offline';
  return (
    <span class={`sg-connection sg-connection-${state}`} role="status" title={texts[state]}>
      <span class={isBroken ? undefined : 'sg-hidden'}>{texts[state]}</span>
    </span>
  );
}

import { ConnectionDot } from '@star-graph/ui/feedback/ConnectionDot.tsx';
import { useEffect, useState } from 'preact/hooks';
import { connection } from '../data/live.ts';
import { useOnline } from './useOnline.ts';

/** The true state of the line that brings the news. It is `broken` once it was there and is not any more. */
export function ConnectionState() {
  const [wasConnected, setWasConnected] = useState(false);
  const isOnline = useOnline();
  const isConnected = connection.value === 'connected';
  useEffect(() => {
    if (isConnected) setWasConnected(true);
  }, [isConnected]);
  if (!isOnline) return <ConnectionDot state="offline" />;
  return <ConnectionDot state={isConnected ? 'connected' : wasConnected ? 'broken' : 'connecting'} />;
}

import { useMemo } from 'preact/hooks';
import { encodeQR } from 'qr';

/** Clear space around it, in modules, as readers want it. */
const border = 4;

/** Drawn here: what it says may be a secret, and goes to nobody. Dark on white in both themes, as cameras read it. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const rows = useMemo(() => encodeQR(text, 'raw', { ecc: 'medium', border }), [text]);
  const path = rows
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : '')))
    .join('');
  return (
    <svg
      class="account-qr"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${rows.length} ${rows.length}`}
      shape-rendering="crispEdges"
    >
      <path d={path} />
    </svg>
  );
}

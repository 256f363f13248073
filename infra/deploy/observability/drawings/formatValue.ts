/** A value in a unit of Grafana's, short. */
export function formatValue(value: number, unit: string): string {
  if (unit === 's') return formatSeconds(value);
  if (unit === 'percentunit') return `${trim(value * 100)} %`;
  if (unit === 'bytes' || unit === 'binBps') return formatBytes(value) + (unit === 'binBps' ? '/s' : '');
  if (unit === 'reqps' || unit === 'ops') return `${trim(value)}/s`;
  if (unit === 'h') return `${trim(value)} h`;
  return trim(value);
}

function formatSeconds(seconds: number): string {
  if (seconds === 0) return '0';
  if (seconds < 1) return `${trim(seconds * 1_000)} ms`;
  return seconds < 60 ? `${trim(seconds)} s` : `${trim(seconds / 60)} min`;
}

function formatBytes(bytes: number): string {
  const steps = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = bytes < 1 ? 0 : Math.min(steps.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${trim(bytes / 1024 ** step)} ${steps[step]}`;
}

/** Two digits that count, none of them an ending 0. */
const trim = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(2)));

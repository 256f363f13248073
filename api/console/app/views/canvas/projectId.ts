/** A UUIDv7, as the server makes them: its time comes first. */
export function newProjectId(now = Date.now()): string {
  const time = now.toString(16).padStart(12, '0');
  const [, , , ...rest] = crypto.randomUUID().split('-');
  const random = crypto.getRandomValues(new Uint16Array(1)).at(0) ?? 0;
  const third = `7${(random & 0xfff).toString(16).padStart(3, '0')}`;
  return [time.slice(0, 8), time.slice(8), third, ...rest].join('-');
}

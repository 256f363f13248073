/** A time that Discord shows in the reader's own language and zone. */
export const presentTime = (iso: string): string => `<t:${Math.floor(Date.parse(iso) / 1_000)}:f>`;

import type { ComponentChildren } from 'preact';

interface Props {
  name: string;
  value: ComponentChildren;
  /** What it is about, or what mends it. */
  href?: string;
  /** A number that is wrong. */
  tone?: 'bad' | 'warn' | undefined;
}

/** A number and what it counts. */
export function Figure({ name, value, href, tone }: Props) {
  const content = (
    <>
      <b>{value}</b>
      <span>{name}</span>
    </>
  );
  if (href === undefined) return <div class="admin-figure">{content}</div>;
  return (
    <a class="admin-figure" href={href} data-tone={tone}>
      {content}
    </a>
  );
}

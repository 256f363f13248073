import type { IconNode } from 'lucide';
import { createElement } from 'preact';

interface IconProps {
  /** Imported by its name, so that only icons in use are shipped: `import { Search } from 'lucide'`. */
  icon: IconNode;
  size?: 16 | 20 | 24;
  /** Given only where the icon alone says something; beside words it stays silent. */
  label?: string | undefined;
  class?: string | undefined;
}

export function Icon({ icon, size = 16, label, class: className }: IconProps) {
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: it has a label, or says nothing beside words.
    <svg
      class={className ? `sg-icon ${className}` : 'sg-icon'}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    >
      {icon.map(([tag, attributes], index) => createElement(tag, { key: index, ...attributes }))}
    </svg>
  );
}

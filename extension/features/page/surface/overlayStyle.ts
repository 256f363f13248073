import tokens from '@star-graph/api/ui/tokens.css?inline';

/**
 * Lives in a closed root: nothing of it reaches the page, and `all: initial` keeps the page's inheritance out. Words
 * are drawn from attributes: text would be found and read by the page's `window.find` and selections, in both browsers.
 * Nothing around a button has blur or opacity: the browser may call it out of sight, and then it takes no press.
 */
export const overlayStyle = `${tokens}
:host { all: initial !important; position: fixed !important; inset: 0 !important; pointer-events: none !important;
  z-index: 2147483647 !important; display: block !important; }
:host::backdrop { display: none !important; }
* { box-sizing: border-box; }
.sg-root { --sheet: light-dark(oklch(1 0 0 / 0.97), oklch(0.16 0.015 280 / 0.94));
  --raised: light-dark(oklch(0.22 0.02 280 / 0.08), oklch(1 0 0 / 0.12));
  --raised-hover: light-dark(oklch(0.22 0.02 280 / 0.14), oklch(1 0 0 / 0.22));
  font: var(--weight-plain) var(--type-label) / 1.4 var(--font); font-variant-numeric: tabular-nums; color: var(--text); }
[data-words]::before { content: attr(data-words); }
.overlay, .bar, .tools, .menu, .corner { position: fixed; }
.card, .tools, .bar, .menu { pointer-events: auto; background: var(--sheet); border-radius: var(--radius-card);
  box-shadow: var(--shadow-2), inset 0 0 0 1px var(--hover); }
.card { position: absolute; transform: translate(-50%, -50%); display: grid; gap: 6px; justify-items: center;
  padding: var(--space-3) var(--space-4); text-align: center; width: max-content; min-width: 132px;
  max-width: min(300px, 94vw); }
.preview { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: cover; }
.ring { display: block; width: 64px; height: 64px; overflow: visible; fill: none; stroke: var(--accent);
  stroke-width: 4; stroke-linecap: round; }
.ring .track { stroke: color-mix(in oklch, var(--accent) 24%, transparent); }
.ring .done { rotate: -90deg; transform-origin: 24px 24px; transition: stroke-dasharray 300ms var(--ease-out); }
.ring .head { fill: var(--accent); stroke: none; transform-origin: 24px 24px; transition: rotate 300ms var(--ease-out); }
.ring.waiting .done { animation: turn 1.1s linear infinite; }
.ring.waiting .head { animation: lead 1.1s linear infinite; }
@keyframes turn { to { rotate: 270deg; } }
@keyframes lead { to { rotate: 460.8deg; } }
.gauge { position: relative; display: grid; place-items: center; }
.gauge > span { position: absolute; font-size: 15px; font-weight: var(--weight-strong); line-height: 1; }
.notes { color: var(--warn); font-size: var(--type-small); margin: 0; }
.line { margin: 0; }
.price { display: grid; gap: var(--space-2); justify-items: center; } .row { display: flex; gap: 6px; }
.faint { color: var(--text-quiet); font-size: var(--type-small); }
.tools { display: flex; flex-wrap: wrap; gap: var(--space-1); padding: var(--space-1); max-width: min(560px, 96vw);
  align-items: center; }
.chip { padding: 0; } .chip button { width: 30px; height: 30px; padding: 0; }
.corner svg { width: 18px; height: 18px; fill: none; stroke: currentcolor; stroke-width: 1.75; stroke-linecap: round;
  stroke-linejoin: round; }
.menu { width: 280px; padding: var(--space-1); display: grid; gap: 2px; }
button { font: inherit; color: inherit; background: var(--raised); border: 0; border-radius: var(--radius-control);
  padding: 6px 10px; cursor: pointer; }
button:hover { background: var(--raised-hover); }
.tools button, .menu button { background: none; }
.tools button:hover, .menu button:hover { background: var(--raised); }
.menu button { text-align: start; padding: var(--space-2) 10px; }
button:focus-visible, input:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
button.corner, button.corner:hover { background: var(--sheet); }
button.corner { pointer-events: auto; width: 32px; height: 32px; padding: 0; border-radius: 50%; display: grid;
  place-items: center; box-shadow: var(--shadow-1); }
button.main, button.main:hover { background: var(--accent); color: var(--on-accent); font-weight: var(--weight-strong); }
button.main:hover { background: var(--accent-hover); }
button[aria-disabled='true'], button[aria-disabled='true']:hover { cursor: default; color: var(--text-faint);
  background: var(--hover); }
.layer, .before { position: absolute; inset: 0; width: 100%; height: 100%; }
.layer.video { pointer-events: auto; background: #000; object-fit: contain; }
.slider { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: ew-resize;
  pointer-events: auto; touch-action: none; }
.handle { position: absolute; top: 0; bottom: 0; width: 2px; margin-left: -1px; background: #fff;
  box-shadow: 0 0 6px oklch(0 0 0 / 0.5); }
.grip { position: absolute; top: 50%; left: 50%; translate: -50% -50%; display: grid; place-items: center; width: 40px;
  height: 40px; border: 2px solid #fff; border-radius: 50%; background: oklch(0.16 0.015 280 / 0.72); }
.grip::before, .grip::after { content: ''; grid-area: 1 / 1; width: 7px; height: 7px; border: solid #fff;
  border-width: 0 0 2px 2px; rotate: 45deg; translate: -6px; }
.grip::after { rotate: 225deg; translate: 6px; }
.slider:focus-visible + .handle { outline: 2px solid var(--accent); outline-offset: 2px; }
.badge { position: absolute; top: 8px; padding: 2px 8px; border-radius: var(--radius-full); background: var(--glass);
  color: var(--on-glass); font-size: var(--type-small); }
.badge.left { left: 8px; } .badge.right { right: 8px; }
.bar button { white-space: nowrap; }
.bar { left: 50%; bottom: 18px; transform: translateX(-50%); padding: var(--space-3) var(--space-4); display: flex;
  gap: 10px; align-items: center; max-width: 94vw; border-radius: var(--radius-sheet); }
.outline { position: fixed; padding: 0; border: 0; border-radius: var(--radius-control); background: none;
  pointer-events: auto; box-shadow: inset 0 0 0 3px var(--accent), inset 0 0 0 5px var(--glass); }
.outline.dim { box-shadow: inset 0 0 0 2px var(--accent), inset 0 0 0 3px var(--glass); }
.outline.out { box-shadow: inset 0 0 0 2px var(--glass); background: oklch(0.16 0.015 280 / 0.55); }
.outline:hover, .outline:focus-visible { background: color-mix(in oklch, var(--accent) 28%, transparent); }
.number { position: absolute; top: 6px; left: 6px; min-width: 22px; padding: 1px 6px; border-radius: var(--radius-full);
  background: var(--accent); color: var(--on-accent); font-size: var(--type-small); font-weight: var(--weight-strong);
  line-height: 20px; }
.out .number { background: var(--surface-2); color: var(--text-quiet); text-decoration: line-through; }
button:disabled { opacity: .55; cursor: default; }
button[aria-pressed='true']:disabled { opacity: 1; box-shadow: inset 0 0 0 2px var(--accent); }
@media (prefers-reduced-motion: reduce) {
  .ring .done, .ring .head, .ring.waiting .done, .ring.waiting .head { transition: none; animation: none; }
}
`;

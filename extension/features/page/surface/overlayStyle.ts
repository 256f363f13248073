/**
 * Lives in a closed root: nothing of it reaches the page, and `all: initial` keeps the page's inheritance out. Words
 * are drawn from attributes: text would be found and read by the page's `window.find` and selections, in both browsers.
 */
export const overlayStyle = `
:host { all: initial !important; position: fixed !important; inset: 0 !important; pointer-events: none !important;
  z-index: 2147483647 !important; display: block !important; }
:host::backdrop { display: none !important; }
* { box-sizing: border-box; }
[data-words]::before { content: attr(data-words); }
.overlay, .bar { font: 13px/1.35 system-ui, sans-serif; color: #f6f7f9; position: fixed; }
.card, .tools, .bar { pointer-events: auto; background: rgb(20 22 28 / 94%); border-radius: 10px;
  box-shadow: 0 2px 12px rgb(0 0 0 / 40%); }
.card { position: absolute; transform: translate(-50%, -50%); display: grid; gap: 6px; justify-items: center;
  padding: 12px 14px; text-align: center; width: max-content; min-width: 132px; max-width: min(300px, 94vw); }
.preview { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: cover; }
.ring { width: 68px; height: 68px; --accent: #4dbcff; --track: rgb(255 255 255 / 22%); }
.ring circle { fill: none; stroke-width: 8; }
.ring .track { stroke: var(--track); }
.ring .done { stroke: var(--accent); transform: rotate(-90deg); transform-origin: 32px 32px; transition: stroke-dashoffset .2s linear; }
.ring.waiting .done { animation: turn 1.2s linear infinite; }
@keyframes turn { from { transform: rotate(-90deg); } to { transform: rotate(270deg); } }
.gauge { position: relative; display: grid; place-items: center; }
.gauge > span { position: absolute; font: 600 15px system-ui, sans-serif; }
.notes { color: #ffd48a; font-size: 12px; margin: 0; }
.line { margin: 0; }
.price { display: grid; gap: 8px; justify-items: center; } .row { display: flex; gap: 6px; }
.faint { color: #c3c8d2; font-size: 12px; }
.tools { position: fixed; display: flex; flex-wrap: wrap; gap: 4px; padding: 4px; max-width: min(560px, 96vw);
  font: 13px/1.35 system-ui, sans-serif; color: #f6f7f9; align-items: center; }
.chip { padding: 0; } .chip button { width: 30px; height: 30px; padding: 0; }
button.corner { position: fixed; pointer-events: auto; width: 32px; height: 32px; padding: 0; border-radius: 50%; color: #f6f7f9;
  display: grid; place-items: center; box-shadow: 0 1px 6px rgb(0 0 0 / 40%); }
.corner svg { width: 18px; height: 18px; fill: none; stroke: currentcolor; stroke-width: 1.75; stroke-linecap: round;
  stroke-linejoin: round; }
.menu { position: fixed; pointer-events: auto; width: 280px; padding: 4px; display: grid; gap: 2px; border-radius: 10px;
  background: rgb(20 22 28 / 96%); color: #f6f7f9; box-shadow: 0 2px 12px rgb(0 0 0 / 40%);
  font: 13px/1.35 system-ui, sans-serif; }
.menu button { text-align: start; padding: 8px 10px; background: none; }
button { font: inherit; color: inherit; background: rgb(255 255 255 / 12%); border: 0; border-radius: 7px;
  padding: 5px 9px; cursor: pointer; }
button:hover { background: rgb(255 255 255 / 24%); }
button:focus-visible, input:focus-visible { outline: 2px solid #5cc8ff; outline-offset: 1px; }
button.corner, button.corner:hover { background: rgb(20 22 28 / 88%); }
button.main { background: #1f7fc1; }
button[aria-disabled='true'] { cursor: default; color: #9aa0ab; background: rgb(255 255 255 / 6%); }
.layer, .before { position: absolute; inset: 0; width: 100%; height: 100%; }
.layer.video { pointer-events: auto; background: #000; object-fit: contain; }
.slider { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: ew-resize;
  pointer-events: auto; touch-action: none; }
.handle { position: absolute; top: 0; bottom: 0; width: 2px; margin-left: -1px; background: #fff;
  box-shadow: 0 0 4px rgb(0 0 0 / 60%); }
.handle::after { content: '◂▸'; position: absolute; top: 50%; left: 50%; transform: translate(-50%, -50%);
  background: #fff; color: #14161c; border-radius: 50%; width: 34px; height: 34px; display: grid; place-items: center;
  font-size: 13px; letter-spacing: 1px; }
.slider:focus-visible + .handle { outline: 2px solid #5cc8ff; outline-offset: 2px; }
.badge { position: absolute; bottom: 8px; padding: 2px 7px; border-radius: 6px; background: rgb(20 22 28 / 78%); font-size: 12px; }
.badge.left { left: 8px; } .badge.right { right: 8px; }
.bar button { white-space: nowrap; }
.bar { left: 50%; bottom: 18px; transform: translateX(-50%); padding: 12px 16px; display: flex; gap: 10px;
  align-items: center; max-width: 94vw; }
.outline { position: fixed; padding: 0; border: 0; border-radius: 6px; background: none; pointer-events: auto;
  box-shadow: inset 0 0 0 3px #4dbcff, inset 0 0 0 5px rgb(20 22 28 / 70%); }
.outline.dim { box-shadow: inset 0 0 0 2px #4dbcff, inset 0 0 0 3px rgb(20 22 28 / 70%); }
.outline.out { box-shadow: inset 0 0 0 2px rgb(20 22 28 / 60%); background: rgb(20 22 28 / 55%); }
.number { position: absolute; top: 6px; left: 6px; min-width: 22px; padding: 1px 6px; border-radius: 11px;
  background: #1f7fc1; color: #fff; font: 600 12px/20px system-ui, sans-serif; }
.out .number { background: #4a505c; text-decoration: line-through; }
button:disabled { opacity: .55; cursor: default; }
button[aria-pressed='true']:disabled { opacity: 1; box-shadow: inset 0 0 0 2px #4dbcff; }
.outline:hover, .outline:focus-visible { background: rgb(77 188 255 / 28%); }
@media (prefers-color-scheme: light) {
  .overlay, .bar, .tools { color: #171a21; }
  .card, .tools, .bar { background: rgb(255 255 255 / 97%); }
  .ring { --accent: #0b72c4; --track: rgb(0 0 0 / 14%); }
  .faint { color: #4a505c; } .notes { color: #7a4b00; }
  button:not(.outline) { background: rgb(0 0 0 / 8%); } button:not(.outline):hover { background: rgb(0 0 0 / 16%); }
  .menu { background: rgb(255 255 255 / 98%); color: #171a21; }
  .menu button:not(:hover) { background: none; }
  button.corner:not(.outline) { background: rgb(255 255 255 / 94%); color: #171a21; }
  button.main { color: #fff; background: #1668a3; }
  button[aria-disabled='true'] { color: #767c88; background: rgb(0 0 0 / 5%); }
  .badge { color: #f6f7f9; }
}
@media (prefers-reduced-motion: reduce) { .ring .done, .ring.waiting .done { transition: none; animation: none; } }
`;

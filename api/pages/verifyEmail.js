const form = document.querySelector('form');
const token = location.hash.slice(1);
// Out of the address and the history: it is needed here alone.
history.replaceState(null, '', location.pathname);

const show = (name) => {
  for (const part of document.querySelectorAll('[data-part]')) part.hidden = part.dataset.part !== name;
};
const parts = { 204: 'done', 401: 'over', 403: 'taken' };

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = form.querySelector('button');
  button.disabled = true;
  let part = 'failed';
  try {
    const answer = await fetch('/api/v1/auth/email-verification', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    part = parts[answer.status] ?? 'failed';
  } catch {
    // Shown as failed.
  }
  show(part);
  if (part === 'failed') form.hidden = false;
  button.disabled = false;
});

show(token === '' ? 'over' : 'form');

const form = document.querySelector('form');
const token = location.hash.slice(1);
// Out of the address and the history: it is needed here alone.
history.replaceState(null, '', location.pathname);

const show = (name) => {
  for (const part of document.querySelectorAll('[data-part]')) part.hidden = part.dataset.part !== name;
};

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = form.querySelector('button');
  button.disabled = true;
  try {
    const answer = await fetch('/api/v1/auth/password-reset', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token, password: form.querySelector('input').value }),
    });
    show(answer.status === 204 ? 'done' : answer.status === 401 ? 'over' : 'failed');
    if (answer.status !== 204 && answer.status !== 401) form.hidden = false;
  } catch {
    show('failed');
    form.hidden = false;
  }
  button.disabled = false;
});

show(token === '' ? 'over' : 'form');

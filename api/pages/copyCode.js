const button = document.querySelector('button[data-copied]');
button?.addEventListener('click', async () => {
  await navigator.clipboard.writeText(document.querySelector('.code').textContent);
  button.textContent = button.dataset.copied;
});

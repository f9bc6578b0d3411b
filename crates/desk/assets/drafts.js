// @ts-check
/** Opens a document as a draft: its bytes go to the desk on this computer, and nowhere else. */
const form = /** @type {HTMLFormElement} */ (document.getElementById('open'));
const file = /** @type {HTMLInputElement} */ (document.getElementById('file'));
const error = /** @type {HTMLElement} */ (document.getElementById('open-error'));

file.addEventListener('change', async () => {
  const chosen = file.files?.[0];
  if (!chosen) return;
  const answer = await fetch(form.dataset.at ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', 'x-csrf': form.dataset.csrf ?? '', 'x-name': encodeURIComponent(chosen.name) },
    body: chosen,
  }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  if (answer?.ok && told) {
    location.assign(told.at);
    return;
  }
  error.hidden = false;
  error.textContent = told?.error ?? 'The desk did not answer. Is it still running?';
  file.value = '';
});
form.addEventListener('submit', (event) => event.preventDefault());
export {};

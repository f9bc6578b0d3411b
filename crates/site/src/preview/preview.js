// @ts-check
/**
 * In the preview only, never on a site: asks whether the paper changed on disk, shows it again if so, and says what is wrong
 * with it if it cannot be read.
 */

/** How often, in milliseconds. */
const PAUSE = 500;

/** The edition that is shown. @type {number | undefined} */
let shown;

/** @param {string | null} fault */
function say(fault) {
  let box = document.getElementById('preview-fault');
  if (!fault) {
    box?.remove();
    return;
  }
  if (!box) {
    box = document.createElement('div');
    box.id = 'preview-fault';
    box.setAttribute('role', 'alert');
    document.body.prepend(box);
  }
  if (box.textContent !== fault) box.textContent = fault;
}

async function ask() {
  try {
    const answer = await fetch('/preview/state', { cache: 'no-store' });
    /** @type {{ edition: number, fault: string | null }} */
    const { edition, fault } = await answer.json();
    if (shown !== undefined && edition !== shown) location.reload();
    shown = edition;
    say(fault);
  } catch {
    say('The preview has stopped. What you see may be old.');
  }
  setTimeout(ask, PAUSE);
}

ask();

// Comfort only: everything works without it.

// Times in the person's own zone; the server writes UTC.
const localise = (time) => {
  const seconds = /:\d\d:\d\d UTC$/.test(time.textContent) ? { second: "2-digit" } : {};
  time.title = time.textContent;
  time.textContent = new Intl.DateTimeFormat(undefined, {
    day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", ...seconds,
  }).format(new Date(time.dateTime));
};
document.querySelectorAll("time[datetime*='T']").forEach(localise);

// The room left in a reply, while it is written.
const form = document.querySelector("#reply");
if (form) {
  const room = form.querySelector("#room");
  form.querySelector("#measure").hidden = true;
  let waiting;
  const measure = async () => {
    const answer = await fetch(form.dataset.measure, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (!answer.ok) return;
    const { before, iso, words, after, fits } = await answer.json();
    room.replaceChildren(before);
    if (iso) {
      const time = document.createElement("time");
      time.dateTime = iso;
      time.textContent = words;
      localise(time);
      room.append(time, after);
    }
    room.classList.toggle("over", !fits);
  };
  form.text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => measure().catch(() => {}), 400);
  });
  // Scrolls to the end of a long conversation's newest letter only when asked to by the address.
  if (location.hash === "#last") document.querySelector("#last")?.focus();
}

// Fields whose text goes on after the page was locked and unlocked, by form and name.
const fields = [...document.querySelectorAll("main textarea[name], main input[name]:is(:not([type]), [type=text])")];
const called = (field) => `${field.form?.getAttribute("action") ?? field.form?.id ?? ""} ${field.name}`;

// Covers the page; what stands in its fields is kept by the desk, in memory.
const lock = document.querySelector("#lock");
const cover = async () => {
  const typed = fields.filter((field) => field.value !== field.defaultValue);
  const body = new URLSearchParams({
    csrf: lock.csrf.value,
    back: location.pathname,
    fields: JSON.stringify(Object.fromEntries(typed.map((field) => [called(field), field.value]))),
  });
  await fetch(lock.action, { method: "POST", body, redirect: "manual" });
  location.replace(lock.action);
};
lock?.addEventListener("submit", (event) => {
  event.preventDefault();
  cover().catch(() => lock.submit());
});
if (fields.length) {
  const answer = await fetch(`${document.body.dataset.base}/kept`).catch(() => null);
  const kept = answer?.ok ? await answer.json() : {};
  for (const field of fields) {
    const text = kept[called(field)];
    if (text === undefined) continue;
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// Whether somebody is here: the desk locks a session that nobody uses, and pages that it has locked cover themselves.
let awake = false;
for (const sign of ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"]) {
  addEventListener(sign, () => { awake = true; }, { passive: true });
}

// Whether something came since the page was made.
const news = document.querySelector("#news");
{
  const { base } = document.body.dataset;
  const look = async () => {
    const answer = await fetch(`${base}/pulse${awake ? "?awake" : ""}`);
    awake = false;
    if (answer.status === 423) return cover();
    if (!answer.ok || !news) return;
    const { state } = await answer.json();
    if (state === news.dataset.state || news.firstChild) return;
    const link = document.createElement("a");
    link.href = location.href;
    link.textContent = "Something has come. Load the inbox again.";
    news.append(link);
  };
  setInterval(() => look().catch(() => {}), 10_000);
}
